/** What MLflow's database and its file store have in common. */
@NullMarked
package dev.fovea.cli.imports.mlflow.stored;

import org.jspecify.annotations.NullMarked;

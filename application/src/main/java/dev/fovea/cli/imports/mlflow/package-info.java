/** What MLflow keeps: its file store, its database, its server. */
@NullMarked
package dev.fovea.cli.imports.mlflow;

import org.jspecify.annotations.NullMarked;

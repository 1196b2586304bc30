/** MLflow's tracking server, by its REST protocol. */
@NullMarked
package dev.fovea.cli.imports.mlflow.server;

import org.jspecify.annotations.NullMarked;

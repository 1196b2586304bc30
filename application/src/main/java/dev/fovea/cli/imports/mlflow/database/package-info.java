/** MLflow's database, in SQLite or PostgreSQL, only read. */
@NullMarked
package dev.fovea.cli.imports.mlflow.database;

import org.jspecify.annotations.NullMarked;

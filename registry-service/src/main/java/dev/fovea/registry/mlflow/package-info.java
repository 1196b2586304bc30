/** MLflow's REST protocol as its stock clients speak it. */
@NullMarked
package dev.fovea.registry.mlflow;

import org.jspecify.annotations.NullMarked;

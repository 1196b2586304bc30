/**
 * The language of MLflow's filters and orders, read within bounds and turned into SQL with
 * parameters.
 */
@NullMarked
package dev.fovea.registry.search;

import org.jspecify.annotations.NullMarked;

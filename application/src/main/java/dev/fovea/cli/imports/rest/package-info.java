/** MLflow's REST protocol as a client speaks it, with bounds and patience. */
@NullMarked
package dev.fovea.cli.imports.rest;

import org.jspecify.annotations.NullMarked;

/** The process that runs a query: the only classes that know DuckDB. */
@NullMarked
package dev.fovea.query.engine;

import org.jspecify.annotations.NullMarked;

/** Pages of training runs: their charts, comparisons and sweeps. */
@NullMarked
package dev.fovea.web.runs;

import org.jspecify.annotations.NullMarked;

/** From raw latencies to quantiles with their intervals, and what is refused as implausible. */
@NullMarked
package dev.fovea.lab.profiling;

import org.jspecify.annotations.NullMarked;

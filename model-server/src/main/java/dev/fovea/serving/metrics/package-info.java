/** Counters and histograms in the Prometheus text format. */
@NullMarked
package dev.fovea.serving.metrics;

import org.jspecify.annotations.NullMarked;

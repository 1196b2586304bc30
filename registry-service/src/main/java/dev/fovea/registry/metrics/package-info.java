/** Points of metrics: written, kept as latest values, searched for and charted. */
@NullMarked
package dev.fovea.registry.metrics;

import org.jspecify.annotations.NullMarked;

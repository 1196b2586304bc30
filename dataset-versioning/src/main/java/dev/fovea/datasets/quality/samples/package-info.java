/** Images held against their labels, one by one and as a population. */
@NullMarked
package dev.fovea.datasets.quality.samples;

import org.jspecify.annotations.NullMarked;

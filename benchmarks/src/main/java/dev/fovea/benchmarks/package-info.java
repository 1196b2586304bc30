/** Speed, measured beside the peers. */
@NullMarked
package dev.fovea.benchmarks;

import org.jspecify.annotations.NullMarked;

/** Which point is tried next: a grid, at random, or by what the trials so far have shown. */
@NullMarked
package dev.fovea.registry.sweep.sampler;

import org.jspecify.annotations.NullMarked;

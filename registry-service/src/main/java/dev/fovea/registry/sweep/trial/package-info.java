/** What the trials of a sweep have come to. */
@NullMarked
package dev.fovea.registry.sweep.trial;

import org.jspecify.annotations.NullMarked;

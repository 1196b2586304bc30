/** Frames that come back from production. */
@NullMarked
package dev.fovea.datasets.frames;

import org.jspecify.annotations.NullMarked;

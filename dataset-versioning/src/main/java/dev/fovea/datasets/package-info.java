/**
 * Dataset versions tied to Git commits, the frames that come back from production, and their
 * annotation.
 */
@NullMarked
package dev.fovea.datasets;

import org.jspecify.annotations.NullMarked;

/** A dataset folder as it was pushed, and what is found in it. */
@NullMarked
package dev.fovea.datasets.quality.folder;

import org.jspecify.annotations.NullMarked;

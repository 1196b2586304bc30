/** Images in tiles that overlap, and what a detector finds in them as what is in the image. */
@NullMarked
package dev.fovea.vision.tiling;

import org.jspecify.annotations.NullMarked;

/** Turns what a detector's model answers into boxes in the pixels of the image itself. */
@NullMarked
package dev.fovea.vision.detection;

import org.jspecify.annotations.NullMarked;

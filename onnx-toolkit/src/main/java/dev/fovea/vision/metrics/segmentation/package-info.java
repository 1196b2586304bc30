/**
 * How well the pixels of images are told apart: intersection over union, accuracy and Dice, and how
 * sure they are.
 *
 * <p>A {@link dev.fovea.vision.metrics.segmentation.SegmentationCollector} takes truth and answer
 * image by image and keeps counts, no pixels.
 */
@NullMarked
package dev.fovea.vision.metrics.segmentation;

import org.jspecify.annotations.NullMarked;

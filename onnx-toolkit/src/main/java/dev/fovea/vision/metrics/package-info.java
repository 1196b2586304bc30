/**
 * How well a classifier answers: accuracy, recall, precision, confusion, calibration, by slice; and
 * what counts of single labels say, of images or pixels.
 */
@NullMarked
package dev.fovea.vision.metrics;

import org.jspecify.annotations.NullMarked;

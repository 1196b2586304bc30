/** How well a classifier answers: accuracy, recall, precision, confusion, calibration, by slice. */
@NullMarked
package dev.fovea.vision.metrics;

import org.jspecify.annotations.NullMarked;

/** How far a classifier's confidence and its accuracy lie apart. */
@NullMarked
package dev.fovea.vision.metrics.calibration;

import org.jspecify.annotations.NullMarked;

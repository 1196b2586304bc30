/** How well scores put what is positive before what is not: ROC, precision and recall. */
@NullMarked
package dev.fovea.vision.metrics.ranking;

import org.jspecify.annotations.NullMarked;

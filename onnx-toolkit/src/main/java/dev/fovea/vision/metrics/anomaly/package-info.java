/**
 * How well defects are told from what is fine, by image, by pixel and by region of a defect, and
 * how sure that is.
 *
 * <p>An {@link dev.fovea.vision.metrics.anomaly.AnomalyCollector} takes scores image by image and
 * keeps how often each occurs: as they are up to a number of them, then rounded.
 */
@NullMarked
package dev.fovea.vision.metrics.anomaly;

import org.jspecify.annotations.NullMarked;

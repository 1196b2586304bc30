/**
 * How well a classifier's probabilities are: top-k accuracy, precision, recall and F1, ROC and
 * precision-recall curves, calibration, Brier score and log likelihood, and how sure they are.
 *
 * <p>An {@link dev.fovea.vision.metrics.classification.AnswerCollector} takes them image by image.
 * What needs only the best answer, by slices, is {@link dev.fovea.vision.metrics.Classification}.
 */
@NullMarked
package dev.fovea.vision.metrics.classification;

import org.jspecify.annotations.NullMarked;

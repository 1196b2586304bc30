package dev.fovea.vision.metrics;

/**
 * Averages over classes, 0 to 1 each.
 *
 * @param precision share of answers that are right
 * @param recall share of truths that are found
 * @param f1 average of the classes' F1, not that of the two others
 */
public record Averages(double precision, double recall, double f1) {}

package dev.fovea.registry.metrics;

/**
 * The exponential moving average of a curve, without the pull towards 0 that its beginning has:
 * {@code average = weight * average + (1 - weight) * value}, divided by {@code 1 - weight^n} after
 * {@code n} values, as in TensorBoard. What is no finite number is passed over.
 */
final class Smoothing {
  private final double weight;
  private double average;
  private double known;

  /**
   * @param weight of what was before, from 0 to below 1
   */
  Smoothing(double weight) {
    this.weight = weight;
  }

  /** Hears the next value. */
  void next(double value) {
    if (Double.isFinite(value)) {
      average = weight * average + (1 - weight) * value;
      known = weight * known + (1 - weight);
    }
  }

  /** The average of what was heard; NaN before the first number. */
  double value() {
    return known == 0 ? Double.NaN : average / known;
  }
}

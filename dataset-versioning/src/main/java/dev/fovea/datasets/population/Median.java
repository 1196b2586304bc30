package dev.fovea.datasets.population;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The middle of some numbers, and how far numbers are from it: neither minds a few odd ones. */
record Median(double middle, double deviation) {
  /** Makes the deviation of normal numbers the same as theirs (Iglewicz and Hoaglin, 1993). */
  private static final double NORMAL = 0.6745;

  /**
   * @param values at least one
   */
  static Median of(double[] values) {
    double middle = middle(values.clone());
    return new Median(
        middle,
        middle(DoubleStream.of(values).map(value -> Math.abs(value - middle)).toArray()) / NORMAL);
  }

  private static double middle(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
}

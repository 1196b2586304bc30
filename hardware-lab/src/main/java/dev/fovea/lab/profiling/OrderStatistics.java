package dev.fovea.lab.profiling;

import dev.fovea.lab.Profile.Interval;
import java.util.Arrays;

/**
 * Quantiles of a sample with distribution-free 95 % intervals: the ends are themselves order
 * statistics, chosen by the exact binomial distribution with at most 2.5 % on each side (David and
 * Nagaraja, Order Statistics, 3rd edition, section 7.1).
 */
final class OrderStatistics {
  private static final double TAIL = 0.025;

  private final double[] sorted;

  /** A copy of the values is sorted; there must be one or more. */
  OrderStatistics(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values: none (expected: 1 or more)");
    }
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /**
   * The smallest value with at least this share of the sample at or below it.
   *
   * @param share above 0, below 1
   */
  Interval quantile(double share) {
    int n = sorted.length;
    int rank = Math.clamp((int) Math.ceil(share * n - 1e-9), 1, n);
    int low = lowerRank(n, share);
    int high = upperRank(n, share);
    return new Interval(
        sorted[rank - 1],
        low == 0 ? 0 : sorted[low - 1],
        high > n ? Double.POSITIVE_INFINITY : sorted[high - 1]);
  }

  /**
   * The largest rank that is above the quantile with a chance of at most 2.5 %; 0 where there is
   * none.
   */
  static int lowerRank(int n, double share) {
    double below = 0;
    int rank = 0;
    for (int k = 0; k < n; k++) {
      below += mass(n, k, share);
      if (below > TAIL) {
        return rank;
      }
      rank = k + 1;
    }
    return rank;
  }

  /**
   * The smallest rank that is below the quantile with a chance of at most 2.5 %; n + 1 where there
   * is none.
   */
  static int upperRank(int n, double share) {
    double below = 0;
    for (int k = 0; k < n; k++) {
      below += mass(n, k, share);
      if (below >= 1 - TAIL) {
        return k + 1;
      }
    }
    return n + 1;
  }

  /**
   * The chance of k successes in n trials, by logarithms so that large n neither over- nor
   * underflows on the way.
   */
  private static double mass(int n, int k, double share) {
    return Math.exp(
        logFactorial(n)
            - logFactorial(k)
            - logFactorial(n - k)
            + k * Math.log(share)
            + (n - k) * Math.log1p(-share));
  }

  /** Stirling's series from 16 upwards (error below 1e-10 there), the product below. */
  private static double logFactorial(int n) {
    if (n < 16) {
      double product = 1;
      for (int i = 2; i <= n; i++) {
        product *= i;
      }
      return Math.log(product);
    }
    double x = n + 1.0;
    return (x - 0.5) * Math.log(x)
        - x
        + 0.5 * Math.log(2 * Math.PI)
        + 1 / (12 * x)
        - 1 / (360 * x * x * x)
        + 1 / (1260 * Math.pow(x, 5));
  }
}

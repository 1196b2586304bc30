package dev.fovea.pipelines.gate;

import dev.fovea.lab.Profile;

/**
 * A measured value with its 95 % interval; both ends are the value itself where a measure has none,
 * such as a file's size.
 */
record Estimate(double value, double low, double high) {
  /** The normal distribution's 97.5 % quantile. */
  private static final double Z = 1.959963984540054;

  /** A value without an interval. */
  static Estimate exactly(double value) {
    return new Estimate(value, value, value);
  }

  static Estimate of(Profile.Interval interval) {
    return new Estimate(interval.value(), interval.low(), interval.high());
  }

  /**
   * A share with Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001 recommend it
   * for small samples).
   *
   * @param total 1 or more
   */
  static Estimate share(long hits, long total) {
    double n = total;
    double p = hits / n;
    double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
    double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    return new Estimate(p, Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /**
   * The difference of two shares of the same images: Newcombe's method 10 (1998, "Improved
   * confidence intervals for the difference between binomial proportions based on paired data").
   *
   * @param both right in both
   * @param first right in the first alone
   * @param second right in the second alone
   * @param neither right in neither
   */
  static Estimate pairedDifference(long both, long first, long second, long neither) {
    long n = both + first + second + neither;
    var a = share(both + first, n);
    var b = share(both + second, n);
    double margins =
        (double) (both + first) * (second + neither) * (both + second) * (first + neither);
    double covariance = (double) both * neither - (double) first * second;
    double corrected = covariance > 0 ? Math.max(covariance - n / 2.0, 0) : covariance;
    return combined(a, b, margins == 0 ? 0 : corrected / Math.sqrt(margins));
  }

  /**
   * This less the other, as if they were independent: the method of variance estimates recovery
   * (Zou and Donner 2008). Two variants err on the same images more often than not, so the interval
   * is rather too wide than too narrow.
   */
  Estimate minus(Estimate other) {
    return combined(this, other, 0);
  }

  private static Estimate combined(Estimate a, Estimate b, double correlation) {
    double difference = a.value - b.value;
    double down = spread(a.value - a.low, b.high - b.value, correlation);
    double up = spread(a.high - a.value, b.value - b.low, correlation);
    return new Estimate(difference, difference - down, difference + up);
  }

  private static double spread(double x, double y, double correlation) {
    return Double.isInfinite(x) || Double.isInfinite(y)
        ? Double.POSITIVE_INFINITY
        : Math.sqrt(Math.max(0, x * x - 2 * correlation * x * y + y * y));
  }
}

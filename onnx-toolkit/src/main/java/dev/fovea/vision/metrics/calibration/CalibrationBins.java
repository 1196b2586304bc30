package dev.fovea.vision.metrics.calibration;

/**
 * How answers are put together by their confidence.
 *
 * @param count how many bins, 1 to 1,000
 * @param byMass whether each holds about as many answers, rather than being as wide
 */
public record CalibrationBins(int count, boolean byMass) {
  private static final int LARGEST = 1000;

  public CalibrationBins {
    if (count < 1 || count > LARGEST) {
      throw new IllegalArgumentException("bins: %d (expected: 1 to %d)".formatted(count, LARGEST));
    }
  }

  /** 15 bins as wide as each other, as Guo et al. (2017) have them. */
  public static CalibrationBins equalWidth() {
    return equalWidth(15);
  }

  /** Bin b of n holds the confidences above b/n, up to (b + 1)/n. */
  public static CalibrationBins equalWidth(int count) {
    return new CalibrationBins(count, false);
  }

  /** 15 bins of about as many answers each. */
  public static CalibrationBins equalMass() {
    return equalMass(15);
  }

  /**
   * Bin b of n ends with the smallest confidence that at least (b + 1)/n of all are not above, and
   * holds it; so equal confidences are never in different bins, and many of them leave bins empty.
   */
  public static CalibrationBins equalMass(int count) {
    return new CalibrationBins(count, true);
  }
}

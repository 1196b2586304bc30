package dev.fovea.vision.metrics.calibration;

import java.util.List;

/**
 * How far confidence and accuracy lie apart.
 *
 * @param expectedError their mean distance in a bin, each bin by its share of the answers, 0 to 1
 *     (Guo et al. 2017, eq. 3)
 * @param maximumError their largest distance in a bin, 0 to 1 (eq. 5)
 * @param bins those that hold answers, the lowest confidence first
 */
public record Calibration(double expectedError, double maximumError, List<Bin> bins) {
  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * Answers of about one confidence.
   *
   * @param answers how many, at least 1
   * @param confidence their mean probability, 0 to 1
   * @param accuracy the share of right ones, 0 to 1
   */
  public record Bin(long answers, double confidence, double accuracy) {}
}

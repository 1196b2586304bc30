package dev.fovea.vision.metrics.calibration;

import java.util.List;

/**
 * How far confidence and accuracy lie apart.
 *
 * <p>Chance alone makes them differ in bins of few answers, so these errors are too high on few
 * answers: in a simulation with 5 classes the expected error with 15 bins of equal width was 0.15
 * on 60 answers and 0.09 on 200, where it was 0.03 on 40,000. Compare models on the same images
 * only.
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

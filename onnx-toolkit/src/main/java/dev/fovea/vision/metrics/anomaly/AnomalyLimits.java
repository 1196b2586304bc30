package dev.fovea.vision.metrics.anomaly;

/**
 * How much a collector takes before it rounds or refuses more.
 *
 * @param images 1 to 2²⁷, as the other
 * @param scores different scores of pixels in each image, of all images together; 20 bytes each
 *     while they are collected, 24 in what was collected, 12 more for a moment. Scores are rounded
 *     so that no more are kept
 */
public record AnomalyLimits(int images, int scores) {
  /** A million images, 8 million scores (160 MB): exact for 128 images of 256 x 256 pixels. */
  public static final AnomalyLimits DEFAULT = new AnomalyLimits(1_000_000, 8 << 20);

  private static final int LARGEST = 1 << 27;

  public AnomalyLimits {
    if (Math.min(images, scores) < 1 || Math.max(images, scores) > LARGEST) {
      throw new IllegalArgumentException(
          "limits: %d images, %d scores (expected: 1 to %d each)"
              .formatted(images, scores, LARGEST));
    }
  }
}

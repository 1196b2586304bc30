package dev.fovea.vision.metrics.classification;

/**
 * How much a collector takes before it refuses more.
 *
 * @param images 1 to 2²⁸, as the other
 * @param probabilities those of all images and classes; 8 bytes each
 */
public record AnswerLimits(int images, int probabilities) {
  /** A million images, 64 million probabilities (512 MB): 64,000 images of 1,000 classes. */
  public static final AnswerLimits DEFAULT = new AnswerLimits(1_000_000, 64_000_000);

  private static final int LARGEST = 1 << 28;

  public AnswerLimits {
    if (Math.min(images, probabilities) < 1 || Math.max(images, probabilities) > LARGEST) {
      throw new IllegalArgumentException(
          "limits: %d images, %d probabilities (expected: 1 to %d each)"
              .formatted(images, probabilities, LARGEST));
    }
  }
}

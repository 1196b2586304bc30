package dev.fovea.vision.detection;

/**
 * An object that a detector says is in an image.
 *
 * @param category the place of its class among the dataset's, from 0
 * @param score how sure the detector is; larger is surer, mostly 0 to 1
 * @param x1 the left edge, in pixels of the decoded image, whose upper left corner is (0, 0)
 * @param y1 the upper edge
 * @param x2 the right edge, at {@code x1} or right of it
 * @param y2 the lower edge, at {@code y1} or below it
 */
public record Detection(int category, double score, double x1, double y1, double x2, double y2) {
  /** No decoded image is so large. */
  private static final double LARGEST = 1e6;

  public Detection {
    boolean isBox = x1 >= 0 && y1 >= 0 && x2 >= x1 && y2 >= y1; // false for NaN
    if (category < 0 || !Double.isFinite(score) || !isBox || !(x2 <= LARGEST && y2 <= LARGEST)) {
      throw new IllegalArgumentException(
          "detection: class %d, score %s, (%s, %s) to (%s, %s) px (expected: 0 or more, finite, a box in an image)"
              .formatted(category, score, x1, y1, x2, y2));
    }
  }
}

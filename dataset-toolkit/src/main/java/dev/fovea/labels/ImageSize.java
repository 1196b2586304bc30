package dev.fovea.labels;

import java.util.Optional;

/**
 * How large an image is once decoded.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record ImageSize(int width, int height) {
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "image size: %d x %d px (expected: at least 1 x 1)".formatted(width, height));
    }
  }

  /** A size that a file states; absent where it is none. */
  public static Optional<ImageSize> stated(double width, double height) {
    boolean whole = width == Math.rint(width) && height == Math.rint(height);
    boolean inRange = width >= 1 && height >= 1 && width <= 1 << 24 && height <= 1 << 24;
    return whole && inRange
        ? Optional.of(new ImageSize((int) width, (int) height))
        : Optional.empty();
  }
}

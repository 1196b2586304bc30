package dev.fovea.vision;

import dev.fovea.vision.Decoding.Reason;

/** Holds what a header says against the limits. */
final class ImageBounds {
  private ImageBounds() {}

  static void require(String format, int width, int height, ImageLimits limits)
      throws ImageRefusal {
    if (width < 1 || height < 1) {
      throw new ImageRefusal(
          Reason.CORRUPT,
          "%s of %s x %s px (expected: each at least 1)"
              .formatted(
                  format, Integer.toUnsignedString(width), Integer.toUnsignedString(height)));
    }
    if (width > limits.side() || height > limits.side()) {
      throw new ImageRefusal(
          Reason.TOO_LARGE,
          "%s of %d x %d px (expected: at most %d a side)"
              .formatted(format, width, height, limits.side()));
    }
    if ((long) width * height > limits.pixels()) {
      throw new ImageRefusal(
          Reason.TOO_LARGE,
          "%s of %d x %d px (expected: at most %,d pixels)"
              .formatted(format, width, height, limits.pixels()));
    }
  }
}

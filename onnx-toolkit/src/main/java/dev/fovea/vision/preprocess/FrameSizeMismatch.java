package dev.fovea.vision.preprocess;

import dev.fovea.kernel.Problem;

/** A picture of another size than a model takes that resizes nothing. */
public final class FrameSizeMismatch extends Problem {
  private final int width;
  private final int height;
  private final int expectedWidth;
  private final int expectedHeight;

  /** All in pixels. */
  public FrameSizeMismatch(int width, int height, int expectedWidth, int expectedHeight) {
    super(
        Kind.INVALID,
        "image: %d x %d px (expected: %d x %d)"
            .formatted(width, height, expectedWidth, expectedHeight),
        "send an image of that size, or set 'resize: stretch' or 'letterbox' under 'preprocess' in"
            + " fovea.yaml");
    this.width = width;
    this.height = height;
    this.expectedWidth = expectedWidth;
    this.expectedHeight = expectedHeight;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  public int expectedWidth() {
    return expectedWidth;
  }

  public int expectedHeight() {
    return expectedHeight;
  }
}

package dev.fovea.vision.tiling;

import dev.fovea.vision.Frame;
import dev.fovea.vision.detection.Detection;

/**
 * A part of an image, in its pixels.
 *
 * @param left where it begins, 0 or more
 * @param top where it begins, 0 or more
 * @param width 1 or more
 * @param height 1 or more
 */
public record Tile(int left, int top, int width, int height) {
  public Tile {
    if (Math.min(left, top) < 0 || Math.min(width, height) < 1) {
      throw new IllegalArgumentException(
          "tile: %d x %d px at (%d, %d) (expected: 1 or more at 0 or more)"
              .formatted(width, height, left, top));
    }
  }

  /** What of the image lies in it. */
  Frame of(Frame image) {
    return image.cut(left, top, width, height);
  }

  /** What was found in it, in the image's pixels. */
  Detection inImage(Detection found) {
    return new Detection(
        found.category(),
        found.score(),
        found.x1() + left,
        found.y1() + top,
        found.x2() + left,
        found.y2() + top);
  }
}

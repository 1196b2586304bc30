package dev.fovea.vision;

import dev.fovea.kernel.ByteSize;

/**
 * What is refused before a raster is allocated.
 *
 * @param fileSize the largest file
 * @param side the longest side, in pixels
 * @param pixels the most pixels; decoding takes up to twelve bytes each (progressive JPEG)
 */
public record ImageLimits(ByteSize fileSize, int side, long pixels) {
  /** 32 MiB, 16,384 px a side, 40 million pixels: an 8K frame and some. */
  public static final ImageLimits DEFAULT =
      new ImageLimits(ByteSize.of(32L << 20), 16_384, 40_000_000);

  public ImageLimits {
    if (side < 1 || pixels < 1) {
      throw new IllegalArgumentException(
          "image limits: side %d px, %d pixels (expected: each at least 1)"
              .formatted(side, pixels));
    }
  }
}

package dev.fovea.teamfile;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How an image becomes a tensor. Two specs with the same digest give the same pixels.
 *
 * @param resize how the image is fitted to the size
 * @param width in pixels, 1 to 8,192
 * @param height in pixels, 1 to 8,192
 * @param colour how many channels, and which
 * @param scale what a channel value (0 to 255) is multiplied by
 * @param mean what is subtracted afterwards, one a channel
 * @param std what it is divided by at the end, one a channel, above 0
 */
public record PreprocessSpec(
    Resize resize,
    int width,
    int height,
    Colour colour,
    double scale,
    List<Double> mean,
    List<Double> std) {
  /** How the image is fitted. */
  public enum Resize {
    /** Both sides to the size, whatever the ratio; bilinear. */
    STRETCH,
    /** The longer side to the size, the rest grey 114; bilinear. */
    LETTERBOX,
    /** The image must have the size already. */
    NONE
  }

  /** Channels. */
  public enum Colour {
    /** One channel: ITU-R BT.601 luma. */
    GREY(1),
    /** Red, green, blue. */
    RGB(3),
    /** Blue, green, red. */
    BGR(3);

    private final int channels;

    Colour(int channels) {
      this.channels = channels;
    }

    public int channels() {
      return channels;
    }
  }

  public PreprocessSpec {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (width < 1 || width > 8192 || height < 1 || height > 8192) {
      throw new IllegalArgumentException(
          "size: %d x %d px (expected: each 1 to 8192)".formatted(width, height));
    }
    if (mean.size() != colour.channels() || std.size() != colour.channels()) {
      throw new IllegalArgumentException(
          "mean has %d and std %d values (expected: %d, one a channel of %s)"
              .formatted(mean.size(), std.size(), colour.channels(), colour));
    }
    if (!Double.isFinite(scale)
        || std.stream().anyMatch(s -> !(s > 0))
        || mean.stream().anyMatch(m -> !Double.isFinite(m))) {
      throw new IllegalArgumentException(
          "scale %s, mean %s, std %s (expected: finite, std above 0)".formatted(scale, mean, std));
    }
  }

  /** Changes when any pixel could. */
  public Digest digest() {
    var canonical =
        "fovea-preprocess-1 %s %dx%d %s scale=%s mean=%s std=%s nchw"
            .formatted(resize, width, height, colour, Double.toHexString(scale), mean, std);
    return Digest.sha256(canonical.getBytes(StandardCharsets.UTF_8));
  }
}

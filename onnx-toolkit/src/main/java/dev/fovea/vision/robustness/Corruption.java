package dev.fovea.vision.robustness;

import dev.fovea.teamfile.Sweep;
import dev.fovea.vision.Frame;

/**
 * What a fault makes of a picture. The result has the size and the channels of the picture, and
 * depends on its samples and on the strength alone.
 */
public sealed interface Corruption
    permits Brightness, Contrast, Gamma, GaussianBlur, GaussianNoise, JpegLoss {
  /** The picture with the fault; at strength 0 the picture itself. */
  Frame apply(Frame frame);

  /**
   * A fault of a strength.
   *
   * @param strength in the kind's unit and between its bounds
   * @throws IllegalArgumentException when it is not
   */
  static Corruption of(Sweep.Kind kind, double strength) {
    if (!kind.has(strength)) {
      throw new IllegalArgumentException(
          "%s: strength %s (expected: %s to %s)"
              .formatted(kind.written(), strength, kind.least(), kind.most()));
    }
    return switch (kind) {
      case BRIGHTNESS -> new Brightness(strength);
      case CONTRAST -> new Contrast(strength);
      case GAMMA -> new Gamma(strength);
      case BLUR -> new GaussianBlur(strength);
      case NOISE -> new GaussianNoise(strength);
      case JPEG -> new JpegLoss(strength);
    };
  }
}

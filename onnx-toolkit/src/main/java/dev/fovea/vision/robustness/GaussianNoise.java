package dev.fovea.vision.robustness;

import dev.fovea.kernel.Digest;
import dev.fovea.vision.Frame;
import java.util.SplittableRandom;

/**
 * Noise of a sensor: {@code sample + 255 · strength · z}, cut off at 0 and 255, a half rounded up,
 * with a {@code z} of its own for every sample, normally distributed with mean 0 and variance 1.
 * The numbers come from the picture's samples by their SHA-256, so that the same picture has the
 * same noise on any machine, and in every strength the same pattern. They are made by Marsaglia's
 * polar method (Marsaglia and Bray 1964) in {@link StrictMath}.
 *
 * @param strength the standard deviation as a share of white, 0 to 1; ImageNet-C (Hendrycks and
 *     Dietterich 2019) has 0.08, 0.12, 0.18, 0.26 and 0.38
 */
record GaussianNoise(double strength) implements Corruption {
  private static final double WHITE = 255;
  private static final double UNIT = 0x1p-53;

  @Override
  public Frame apply(Frame frame) {
    if (strength == 0) {
      return frame;
    }
    var samples = frame.samples();
    var normal = new Normal(Long.parseUnsignedLong(Digest.sha256(samples).hex(), 0, 16, 16));
    double deviation = WHITE * strength;
    for (int i = 0; i < samples.length; i++) {
      double noisy = (samples[i] & 0xff) + deviation * normal.next();
      samples[i] = (byte) (int) Math.clamp(Math.floor(noisy + 0.5), 0, 255);
    }
    return Frame.of(frame.width(), frame.height(), frame.channels(), samples);
  }

  /** Normally distributed numbers, by pairs. */
  private static final class Normal {
    private final SplittableRandom chance;
    private double second;
    private boolean hasSecond;

    Normal(long seed) {
      this.chance = new SplittableRandom(seed);
    }

    double next() {
      if (hasSecond) {
        hasSecond = false;
        return second;
      }
      double x;
      double y;
      double square;
      do {
        x = between();
        y = between();
        square = x * x + y * y;
      } while (square >= 1 || square == 0);
      double scale = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      second = y * scale;
      hasSecond = true;
      return x * scale;
    }

    /** From -1 to 1. */
    private double between() {
      return (chance.nextLong() >>> 11) * UNIT * 2 - 1;
    }
  }
}

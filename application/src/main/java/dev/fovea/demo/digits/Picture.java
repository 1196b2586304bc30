package dev.fovea.demo.digits;

import java.util.Random;

/**
 * One 28 × 28 px grey picture and what light and cameras do to it. All arithmetic is strict and
 * rounds half to even, so that every machine gets the same bytes from the same seed.
 */
final class Picture {
  static final int SIDE = 28;

  private static final double CENTRE = (SIDE - 1) / 2.0;
  private static final double SENSOR_NOISE = 6;

  private final double[] grey;

  private Picture(double[] grey) {
    this.grey = grey;
  }

  /** The ink of digit {@code index}: 0 where there is none, 255 where it covers the paper. */
  static Picture ink(byte[] digits, int index) {
    var ink = new double[SIDE * SIDE];
    for (int i = 0; i < ink.length; i++) {
      ink[i] = digits[index * ink.length + i] & 0xff;
    }
    return new Picture(ink);
  }

  /** The ink seen by daylight: dark on white paper. */
  Picture byDay() {
    var seen = new double[grey.length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = 255 - grey[i];
    }
    return new Picture(seen);
  }

  /** The ink seen by an infrared camera at night: light on dark, dim, with sensor noise. */
  Picture byNight(Random random) {
    double gain = between(0.45, 0.75, random);
    double base = between(15, 45, random);
    var seen = new double[grey.length];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = grey[i] * gain + base + random.nextGaussian() * SENSOR_NOISE;
    }
    return new Picture(seen).rounded();
  }

  /** Ink turned about the centre and moved, bilinear; no ink comes in from outside. */
  Picture turned(double degrees, double right, double down) {
    double cos = StrictMath.cos(StrictMath.toRadians(degrees));
    double sin = StrictMath.sin(StrictMath.toRadians(degrees));
    var turned = new double[grey.length];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double dx = x - CENTRE;
        double dy = y - CENTRE;
        turned[y * SIDE + x] =
            sample(cos * dx + sin * dy + CENTRE - right, cos * dy - sin * dx + CENTRE - down);
      }
    }
    return new Picture(turned);
  }

  /** Out of focus: a Gaussian of this many pixels, cut at four; the edge pixels repeat outwards. */
  Picture blurred(double sigma) {
    int radius = (int) (4 * sigma + 0.5);
    var kernel = new double[2 * radius + 1];
    double sum = 0;
    for (int k = -radius; k <= radius; k++) {
      kernel[k + radius] = StrictMath.exp(-0.5 * k * k / (sigma * sigma));
      sum += kernel[k + radius];
    }
    for (int k = 0; k < kernel.length; k++) {
      kernel[k] /= sum;
    }
    return new Picture(blur(blur(grey, kernel, SIDE, 1), kernel, 1, SIDE)).rounded();
  }

  byte[] png() {
    var bytes = new byte[grey.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (int) grey[i];
    }
    return GreyPng.encode(bytes, SIDE, SIDE);
  }

  static double between(double low, double high, Random random) {
    return low + (high - low) * random.nextDouble();
  }

  private static double[] blur(double[] from, double[] kernel, int lineStep, int pixelStep) {
    int radius = kernel.length / 2;
    var to = new double[from.length];
    for (int line = 0; line < SIDE; line++) {
      for (int at = 0; at < SIDE; at++) {
        double sum = 0;
        for (int k = -radius; k <= radius; k++) {
          int pixel = Math.clamp(at + k, 0, SIDE - 1);
          sum += kernel[k + radius] * from[line * lineStep + pixel * pixelStep];
        }
        to[line * lineStep + at * pixelStep] = sum;
      }
    }
    return to;
  }

  private double sample(double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    double fx = x - left;
    double fy = y - top;
    return at(left, top) * (1 - fx) * (1 - fy)
        + at(left + 1, top) * fx * (1 - fy)
        + at(left, top + 1) * (1 - fx) * fy
        + at(left + 1, top + 1) * fx * fy;
  }

  private double at(int x, int y) {
    return x < 0 || x >= SIDE || y < 0 || y >= SIDE ? 0 : grey[y * SIDE + x];
  }

  private Picture rounded() {
    var rounded = new double[grey.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = Math.clamp(Math.rint(grey[i]), 0, 255);
    }
    return new Picture(rounded);
  }
}

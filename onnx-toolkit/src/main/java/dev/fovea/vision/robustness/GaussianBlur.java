package dev.fovea.vision.robustness;

import dev.fovea.vision.Frame;

/**
 * Blur: each sample becomes the mean of those around it in its channel, weighted by a Gaussian of
 * this standard deviation as far as three of them, in double precision, rounded to even. Beyond an
 * edge the picture is mirrored without repeating its outermost pixels. That is {@code
 * gaussian_blur(image, 2 · ceil(3 · strength) + 1, strength)} of torchvision's {@code
 * transforms.functional} on {@code uint8} tensors, which sums in single precision: where a mean
 * lies within 1/1,000 of the middle between two values, torchvision may round it to the other.
 *
 * @param strength the standard deviation in pixels, 0 to 10
 */
record GaussianBlur(double strength) implements Corruption {
  private static final int DEVIATIONS = 3;

  @Override
  public Frame apply(Frame frame) {
    return strength == 0 ? frame : blurred(frame);
  }

  /** Row by row, so that no second picture in double precision is held. */
  private Frame blurred(Frame frame) {
    var weights = weights();
    int channels = frame.channels();
    int row = frame.width() * channels;
    var samples = frame.samples();
    var blurred = new byte[samples.length];
    var columns = new int[frame.width()][];
    for (int x = 0; x < columns.length; x++) {
      columns[x] = mirrored(x, weights.length, frame.width());
    }
    var down = new double[row];
    for (int y = 0; y < frame.height(); y++) {
      down(samples, row, mirrored(y, weights.length, frame.height()), weights, down);
      for (int i = 0; i < row; i++) {
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
          sum += weights[k] * down[columns[i / channels][k] * channels + i % channels];
        }
        blurred[y * row + i] = (byte) (int) Math.clamp(Math.rint(sum), 0, 255);
      }
    }
    return Frame.of(frame.width(), frame.height(), channels, blurred);
  }

  /** A line of means from top to bottom. */
  private static void down(
      byte[] samples, int row, int[] lines, double[] weights, double[] result) {
    for (int i = 0; i < row; i++) {
      double sum = 0;
      for (int k = 0; k < weights.length; k++) {
        sum += weights[k] * (samples[lines[k] * row + i] & 0xff);
      }
      result[i] = sum;
    }
  }

  private double[] weights() {
    int radius = (int) Math.ceil(DEVIATIONS * strength);
    var weights = new double[2 * radius + 1];
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      double distance = (k - radius) / strength;
      weights[k] = StrictMath.exp(-0.5 * distance * distance);
      sum += weights[k];
    }
    for (int k = 0; k < weights.length; k++) {
      weights[k] /= sum;
    }
    return weights;
  }

  /** The places that count for the one in the middle, each mirrored into the picture. */
  private static int[] mirrored(int middle, int count, int length) {
    var places = new int[count];
    int period = Math.max(1, 2 * (length - 1));
    for (int k = 0; k < count; k++) {
      int place = Math.floorMod(middle + k - count / 2, period);
      places[k] = place < length ? place : period - place;
    }
    return places;
  }
}

package dev.fovea.vision.preprocess;

import dev.fovea.vision.Frame;

/**
 * Resizes as Pillow's {@code Image.resize(…, BILINEAR)} does: half-pixel centres, a triangle filter
 * that widens when shrinking so that no pixel is skipped, each pass rounded to 8 bits. Rows come
 * first, but columns do where they shrink and rows grow, as measured on Pillow 13. Pillow rounds
 * the filter's weights to 22 bits, so results differ by at most one unit.
 */
final class BilinearResize {
  private BilinearResize() {}

  static Frame to(Frame frame, int width, int height) {
    return width > frame.width() && height < frame.height()
        ? acrossTo(downTo(frame, height), width)
        : downTo(acrossTo(frame, width), height);
  }

  private static Frame acrossTo(Frame frame, int width) {
    if (width == frame.width()) {
      return frame;
    }
    int channels = frame.channels();
    var filter = Filter.of(frame.width(), width);
    var samples = frame.samples();
    var resized = new byte[width * frame.height() * channels];
    for (int y = 0; y < frame.height(); y++) {
      int from = y * frame.width() * channels;
      filter.apply(samples, from, channels, channels, resized, y * width * channels, channels);
    }
    return Frame.of(width, frame.height(), channels, resized);
  }

  private static Frame downTo(Frame frame, int height) {
    if (height == frame.height()) {
      return frame;
    }
    int channels = frame.channels();
    int row = frame.width() * channels;
    var filter = Filter.of(frame.height(), height);
    var samples = frame.samples();
    var resized = new byte[frame.width() * height * channels];
    for (int x = 0; x < row; x += channels) {
      filter.apply(samples, x, row, channels, resized, x, row);
    }
    return Frame.of(frame.width(), height, channels, resized);
  }

  /**
   * The weights of one direction.
   *
   * @param first the first source pixel of each target pixel
   * @param weights of the source pixels from there on, each row's sum 1
   */
  @SuppressWarnings("ArrayRecordComponent") // never leaves this class, never compared
  private record Filter(int[] first, double[][] weights) {
    static Filter of(int from, int to) {
      double scale = (double) from / to;
      double support = Math.max(scale, 1);
      var first = new int[to];
      var weights = new double[to][];
      for (int i = 0; i < to; i++) {
        double centre = (i + 0.5) * scale;
        first[i] = Math.max((int) (centre - support + 0.5), 0);
        int end = Math.min((int) (centre + support + 0.5), from);
        weights[i] = new double[end - first[i]];
        double sum = 0;
        for (int k = 0; k < weights[i].length; k++) {
          double distance = Math.abs((first[i] + k - centre + 0.5) / support);
          weights[i][k] = Math.max(1 - distance, 0);
          sum += weights[i][k];
        }
        for (int k = 0; k < weights[i].length; k++) {
          weights[i][k] /= sum;
        }
      }
      return new Filter(first, weights);
    }

    /** One line of pixels; the steps are the distances between neighbouring pixels, in bytes. */
    void apply(byte[] in, int from, int inStep, int channels, byte[] out, int to, int outStep) {
      for (int i = 0; i < first.length; i++) {
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          for (int k = 0; k < weights[i].length; k++) {
            sum += weights[i][k] * (in[from + (first[i] + k) * inStep + c] & 0xff);
          }
          out[to + i * outStep + c] = (byte) Math.clamp((int) (sum + 0.5), 0, 255);
        }
      }
    }
  }
}

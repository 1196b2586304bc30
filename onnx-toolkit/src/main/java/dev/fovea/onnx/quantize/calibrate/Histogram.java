package dev.fovea.onnx.quantize.calibrate;

/**
 * How often values were seen, in equal bins on both sides of 0.
 *
 * @param counts by bin; the middle one begins at 0
 * @param zeros how many of the middle one's values are exactly 0
 * @param width of a bin
 * @param seen from the least to the largest value
 */
@SuppressWarnings("ArrayRecordComponent") // read by this package alone
record Histogram(long[] counts, long zeros, double width, Range seen) {
  /** How many values, zeros among them. */
  long total() {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    return total;
  }

  /** How many bins lie below 0, and as many above. */
  int side() {
    return counts.length / 2;
  }

  /** Where a bin begins. */
  double begin(int bin) {
    return (bin - side()) * width;
  }

  /** The middle of a bin, or of what was seen of it. */
  float middle(int bin) {
    double begin = Math.max(begin(bin), seen.min());
    double end = Math.min(begin(bin + 1), seen.max());
    return (float) ((begin + end) / 2);
  }

  /** How many values of a bin are not exactly 0, the only value that each range holds exactly. */
  long inexact(int bin) {
    return counts[bin] - (bin == side() ? zeros : 0);
  }
}

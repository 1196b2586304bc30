package dev.fovea.onnx.quantize.calibrate;

/**
 * Counts values in equal bins of a width that is a power of two. When a value does not fit, bins
 * are merged in pairs until it does: so the counts depend on all values together and not on their
 * order or their batches, and memory stays at 32 KiB a tensor.
 */
final class HistogramObserver implements RangeObserver {
  private static final int SIDE_EXPONENT = 11;
  private static final int SIDE = 1 << SIDE_EXPONENT;

  private final RangeChoice choice;
  private final MinMaxObserver extremes = new MinMaxObserver();
  private final long[] counts = new long[2 * SIDE];
  private long zeros;

  /**
   * All values lie in [-2^exponent, 2^exponent); the least possible value stands for no values but
   * 0.
   */
  private int exponent = Float.MIN_EXPONENT;

  /**
   * @param choice of the range, of all that was counted
   */
  HistogramObserver(RangeChoice choice) {
    this.choice = choice;
  }

  @Override
  public void observe(float[] values) {
    extremes.observe(values);
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    // The exponent of a subnormal or of zero is one below the least exponent, so that nothing
    // widens.
    widen(Math.getExponent(largest) + 1);
    // A power of two: the product has the bits of the quotient.
    double bins = 1 / width();
    for (float value : values) {
      counts[SIDE + (int) Math.floor(value * bins)]++;
      if (value == 0) {
        zeros++;
      }
    }
  }

  @Override
  public Range range() {
    var histogram = new Histogram(counts, zeros, width(), extremes.range());
    return histogram.total() == 0 ? histogram.seen() : choice.of(histogram);
  }

  private double width() {
    return Math.scalb(1.0, exponent - SIDE_EXPONENT);
  }

  private void widen(int needed) {
    int shift = needed - exponent;
    if (shift <= 0) {
      return;
    }
    var merged = new long[counts.length];
    for (int bin = 0; bin < counts.length; bin++) {
      // Shifting the signed bin number rounds down, as binning the values anew would.
      merged[SIDE + ((bin - SIDE) >> Math.min(shift, Integer.SIZE - 1))] += counts[bin];
    }
    System.arraycopy(merged, 0, counts, 0, counts.length);
    exponent = needed;
  }
}

package dev.fovea.onnx.quantize.calibrate;

/**
 * Clips half of what is too many on either side.
 *
 * @param percent how many of the values stay, above 50 and at most 100
 */
record PercentileChoice(double percent) implements RangeChoice {
  @Override
  public Range of(Histogram histogram) {
    var counts = histogram.counts();
    double tail = histogram.total() * (100 - percent) / 200;
    int low = 0;
    for (double below = counts[low]; below <= tail; below += counts[low]) {
      low++;
    }
    int high = counts.length - 1;
    for (double above = counts[high]; above <= tail; above += counts[high]) {
      high--;
    }
    return new Range(
        (float) Math.max(histogram.seen().min(), histogram.begin(low)),
        (float) Math.min(histogram.seen().max(), histogram.begin(high + 1)));
  }
}

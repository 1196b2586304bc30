package dev.fovea.onnx.quantize;

/**
 * The Kullback-Leibler divergence of the clipped values from their quantised form, in nats. The
 * form is made of the values inside the range alone; where it has nothing and the clipped values
 * have something, the range is out of the question.
 */
final class Divergence implements RangeCost {
  @Override
  public double of(Histogram histogram, Range range) {
    int first = bin(histogram, range.min());
    int last = range.max() > 0 ? lastBin(histogram, range.max()) : histogram.side();
    var affine = Affine.asymmetric(range.min(), range.max(), IntegerRange.UINT8);
    int levels = affine.largest() - affine.least() + 1;
    var counts = new long[levels];
    var bins = new int[levels];
    long inside = 0;
    for (int bin = first; bin <= last; bin++) {
      long count = histogram.inexact(bin);
      if (count > 0) {
        int level = affine.quantize(histogram.middle(bin)) - affine.least();
        counts[level] += count;
        bins[level]++;
        inside += count;
      }
    }
    long all = histogram.total() - histogram.zeros();
    if (inside == 0) {
      return all == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    double divergence = 0;
    for (int bin = first; bin <= last; bin++) {
      long count =
          histogram.inexact(bin)
              + (bin == first ? sum(histogram, 0, first) : 0)
              + (bin == last ? sum(histogram, last + 1, histogram.counts().length) : 0);
      if (count == 0) {
        continue;
      }
      if (histogram.inexact(bin) == 0) {
        return Double.POSITIVE_INFINITY;
      }
      int level = affine.quantize(histogram.middle(bin)) - affine.least();
      double actual = (double) count / all;
      double form = (double) counts[level] / bins[level] / inside;
      divergence += actual * Math.log(actual / form);
    }
    return divergence;
  }

  private static long sum(Histogram histogram, int from, int to) {
    long sum = 0;
    for (int bin = from; bin < to; bin++) {
      sum += histogram.inexact(bin);
    }
    return sum;
  }

  private static int bin(Histogram histogram, double value) {
    int bin = histogram.side() + (int) Math.floor(value / histogram.width());
    return Math.clamp(bin, 0, histogram.counts().length - 1);
  }

  /** The last bin that begins below a value. */
  private static int lastBin(Histogram histogram, double value) {
    int bin = histogram.side() + (int) Math.ceil(value / histogram.width()) - 1;
    return Math.clamp(bin, 0, histogram.counts().length - 1);
  }
}

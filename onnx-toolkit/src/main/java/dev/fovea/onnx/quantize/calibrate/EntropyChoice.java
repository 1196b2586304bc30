package dev.fovea.onnx.quantize.calibrate;

import java.util.Arrays;

/**
 * The range that loses least information: of all thresholds T, the one for which the values' own
 * distribution P, with what lies beyond T put on the outermost bins, is nearest to what 256 levels
 * between the ends keep of it, Q, by the divergence of Kullback and Leibler (S. Migacz, "8-bit
 * Inference with TensorRT", GTC 2017). Both ends move together and never beyond what was seen. Of
 * equal divergences the widest range wins.
 *
 * <p>ONNX Runtime's calibrater differs: it gives the last level the rest of a division and leaves
 * that rest out of Q, puts parts of Q where P has nothing, cuts off its fractions, and by default
 * has one threshold to choose from, the largest value. Here levels divide all bins alike, and there
 * are 1,024 bins or more on the longer side. Values that are exactly 0, which every range holds
 * exactly, do not count.
 *
 * @param symmetric whether levels lie on both sides of 0 whatever was seen, as TensorRT has them
 */
record EntropyChoice(boolean symmetric) implements RangeChoice {
  /** What 8 bits tell apart. */
  static final int LEVELS = 256;

  /** Of rounding in sums of logarithms; nearer divergences are equal. */
  private static final double NOISE = 1e-12;

  @Override
  public Range of(Histogram histogram) {
    var seen = histogram.seen();
    var divergences = Divergences.of(histogram);
    int side = histogram.side();
    int lowest = symmetric ? 0 : Math.min(divergences.first(), side);
    int highest = symmetric ? 2 * side : Math.max(divergences.last() + 1, side);
    int farthest = Math.max(side - divergences.first(), divergences.last() + 1 - side);
    var best = seen;
    double least = Double.POSITIVE_INFINITY;
    for (int reach = farthest; reach > 0; reach--) {
      int begin = Math.max(lowest, side - reach);
      int end = Math.min(highest, side + reach);
      if (end - begin < LEVELS) {
        break;
      }
      double found = divergences.of(begin, end, LEVELS);
      if (found < least - NOISE) {
        least = found;
        best =
            new Range(
                (float) Math.max(seen.min(), histogram.begin(begin)),
                (float) Math.min(seen.max(), histogram.begin(end)));
      }
    }
    return best;
  }

  /**
   * Sums over the first bins, so that a divergence takes time by levels and not by bins.
   *
   * @param counts by bin
   * @param values how many values lie in the bins before each
   * @param used how many of the bins before each hold a value
   * @param information of the bins before each: counts by their natural logarithms
   */
  @SuppressWarnings("ArrayRecordComponent") // read by this class alone
  record Divergences(long[] counts, long[] values, int[] used, double[] information) {

    static Divergences of(Histogram histogram) {
      var counts = new long[histogram.counts().length];
      Arrays.setAll(counts, histogram::inexact);
      return of(counts);
    }

    static Divergences of(long[] counts) {
      var values = new long[counts.length + 1];
      var used = new int[counts.length + 1];
      var information = new double[counts.length + 1];
      for (int bin = 0; bin < counts.length; bin++) {
        values[bin + 1] = values[bin] + counts[bin];
        used[bin + 1] = used[bin] + (counts[bin] > 0 ? 1 : 0);
        information[bin + 1] = information[bin] + byLogarithm(counts[bin]);
      }
      return new Divergences(counts, values, used, information);
    }

    /** The first bin with a value; the number of bins if there is none. */
    int first() {
      int bin = 0;
      while (bin < counts.length && counts[bin] == 0) {
        bin++;
      }
      return bin;
    }

    /** The last bin with a value; -1 if there is none. */
    int last() {
      int bin = counts.length - 1;
      while (bin >= 0 && counts[bin] == 0) {
        bin--;
      }
      return bin;
    }

    /**
     * The divergence of Q from P in nats when only bins from {@code begin} to before {@code end}
     * stay, in equal levels. Infinite where clipped values come to lie in a level without a value
     * of its own.
     */
    double of(int begin, int end, int levels) {
      long all = values[counts.length];
      long inside = values[end] - values[begin];
      long below = values[begin];
      long above = all - values[end];
      if (inside == 0) {
        return Double.POSITIVE_INFINITY;
      }
      // With p a bin's values and q its level's mean, both before they are divided by their sums:
      // sum of p/all * log((p/all) / (q/inside)).
      double sum = information[end] - information[begin];
      sum += withClipped(counts[begin], below) + withClipped(counts[end - 1], above);
      int from = begin;
      for (int level = 1; level <= levels; level++) {
        int to = begin + Math.toIntExact(((long) (end - begin) * level + levels - 1) / levels);
        long kept = values[to] - values[from];
        long clipped = (from == begin ? below : 0) + (to == end ? above : 0);
        if (kept > 0) {
          int bins = used[to] - used[from];
          bins += from == begin && below > 0 && counts[begin] == 0 ? 1 : 0;
          bins += to == end && above > 0 && counts[end - 1] == 0 ? 1 : 0;
          sum -= (kept + clipped) * Math.log((double) kept / bins);
        } else if (clipped > 0) {
          return Double.POSITIVE_INFINITY;
        }
        from = to;
      }
      return sum / all - Math.log((double) all / inside);
    }

    /** What clipped values add to a bin's information. */
    private static double withClipped(long count, long clipped) {
      return byLogarithm(count + clipped) - byLogarithm(count);
    }

    private static double byLogarithm(long count) {
      return count > 0 ? count * Math.log((double) count) : 0;
    }
  }
}

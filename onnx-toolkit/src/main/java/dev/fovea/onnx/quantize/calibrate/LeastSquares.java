package dev.fovea.onnx.quantize.calibrate;

import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.integers.IntegerRange;
import java.util.function.DoubleFunction;

/**
 * The range of least error among those that hold 0, as every range of a quantised tensor does: the
 * squares of what rounding and clipping change, summed. Its ends are sought by turns, each among
 * {@value #CANDIDATES} that lie a 23rd of the last one apart, until neither moves. Of equal errors
 * the widest range wins.
 */
final class LeastSquares implements RangeChoice {
  /** Down to a thousandth of what was seen. */
  private static final int CANDIDATES = 161;

  private static final double IN_AN_OCTAVE = 16;
  private static final int TURNS = 8;

  @Override
  public Range of(Histogram histogram) {
    var seen = histogram.seen();
    if (seen.min() == seen.max()) {
      return seen;
    }
    float lowest = Math.min(seen.min(), 0);
    float highest = Math.max(seen.max(), 0);
    var best = new Range(lowest, highest);
    for (int turn = 0; turn < TURNS; turn++) {
      var before = best;
      if (highest > 0) {
        var from = best;
        best = least(histogram, best, part -> new Range(from.min(), (float) (highest * part)));
      }
      if (lowest < 0) {
        var from = best;
        best = least(histogram, best, part -> new Range((float) (lowest * part), from.max()));
      }
      if (best.equals(before)) {
        break;
      }
    }
    return best;
  }

  /**
   * The range of least error: the one so far, or one of those that have a part of what was seen.
   */
  private static Range least(Histogram histogram, Range soFar, DoubleFunction<Range> having) {
    var best = soFar;
    double least = error(histogram, soFar);
    for (int i = 0; i < CANDIDATES; i++) {
      var range = having.apply(part(i));
      double found = error(histogram, range);
      if (found < least) {
        least = found;
        best = range;
      }
    }
    return best;
  }

  private static double part(int candidate) {
    return Math.pow(2, -candidate / IN_AN_OCTAVE);
  }

  private static double error(Histogram histogram, Range range) {
    var affine = Affine.asymmetric(range.min(), range.max(), IntegerRange.UINT8);
    double sum = 0;
    for (int bin = 0; bin < histogram.counts().length; bin++) {
      long count = histogram.inexact(bin);
      if (count > 0) {
        float value = histogram.middle(bin);
        double error = (double) value - affine.dequantize(affine.quantize(value));
        sum += count * error * error;
      }
    }
    return sum;
  }
}

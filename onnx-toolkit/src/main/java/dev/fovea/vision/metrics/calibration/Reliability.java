package dev.fovea.vision.metrics.calibration;

import dev.fovea.vision.metrics.ranking.ScoreOrder;
import java.util.ArrayList;
import java.util.Arrays;

/** Answers by confidence, for their {@link Calibration}. Immutable. */
public final class Reliability {
  private final double[] confidences;
  private final boolean[] right;
  private final int[] descending;

  /**
   * Answers.
   *
   * @param confidences how sure each is, 0 to 1
   * @param right whether each is right
   * @throws IllegalArgumentException when there is none, the lengths differ, or a confidence is
   *     none
   */
  public Reliability(double[] confidences, boolean[] right) {
    if (confidences.length != right.length || right.length == 0) {
      throw new IllegalArgumentException(
          "reliability of %d confidences and %d answers (expected: equally many, at least 1)"
              .formatted(confidences.length, right.length));
    }
    for (double confidence : confidences) {
      if (!(confidence >= 0 && confidence <= 1)) {
        throw new IllegalArgumentException(
            "confidence: %s (expected: 0 to 1)".formatted(confidence));
      }
    }
    this.confidences = confidences.clone();
    this.right = right.clone();
    this.descending = new ScoreOrder().descending(confidences, 0, confidences.length);
  }

  /** The calibration of the answers as they are. */
  public Calibration of(CalibrationBins bins) {
    var ones = new int[right.length];
    Arrays.fill(ones, 1);
    return of(bins, ones);
  }

  /** The calibration where each answer is there as often as its weight says. */
  public Calibration of(CalibrationBins bins, int[] weights) {
    long all = 0;
    for (int weight : weights) {
      all += weight;
    }
    var answers = new long[bins.count()];
    var found = new long[bins.count()];
    var sums = new double[bins.count()];
    long below = 0;
    int from = confidences.length - 1;
    while (from >= 0) {
      double confidence = confidences[descending[from]];
      long here = 0;
      long rightHere = 0;
      int to = from;
      for (; to >= 0 && confidences[descending[to]] == confidence; to--) {
        int weight = weights[descending[to]];
        here += weight;
        rightHere += right[descending[to]] ? weight : 0;
      }
      if (here > 0) {
        // The edges that at most `below` answers are not above are passed.
        int bin =
            bins.byMass()
                ? (int) (below * bins.count() / all)
                : ofEqualWidth(confidence, bins.count());
        answers[bin] += here;
        found[bin] += rightHere;
        sums[bin] += here * confidence;
      }
      below += here;
      from = to;
    }
    return calibration(answers, found, sums, all);
  }

  private static int ofEqualWidth(double confidence, int bins) {
    int bin = Math.clamp((long) Math.ceil(confidence * bins) - 1, 0, bins - 1);
    // The product may be rounded over an edge.
    while (bin > 0 && confidence <= (double) bin / bins) {
      bin--;
    }
    while (bin < bins - 1 && confidence > (double) (bin + 1) / bins) {
      bin++;
    }
    return bin;
  }

  private static Calibration calibration(long[] answers, long[] found, double[] sums, long all) {
    double expected = 0;
    double maximum = 0;
    var bins = new ArrayList<Calibration.Bin>();
    for (int bin = 0; bin < answers.length; bin++) {
      if (answers[bin] > 0) {
        double gap = Math.abs(found[bin] - sums[bin]);
        expected += gap / all;
        maximum = Math.max(maximum, gap / answers[bin]);
        bins.add(
            new Calibration.Bin(
                answers[bin], sums[bin] / answers[bin], (double) found[bin] / answers[bin]));
      }
    }
    return new Calibration(expected, maximum, bins);
  }
}

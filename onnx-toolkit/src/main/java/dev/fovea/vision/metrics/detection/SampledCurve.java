package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/**
 * Precision at the 101 levels of recall. Counts up true and false positives in order of score; only
 * the precisions after true ones are kept, for no other is ever the best from its place on.
 */
final class SampledCurve {
  // numpy's spacing(1), which pycocotools adds to each denominator
  private static final double EPSILON = Math.ulp(1.0);

  private final double[] precisions = new double[Thresholds.RECALLS];
  private final double[] scores = new double[Thresholds.RECALLS];
  private double[] right = new double[64];
  private double[] rightScores = new double[64];
  private int found;
  private final int[] needed = new int[Thresholds.RECALLS];
  private long positives;

  /** Precision at each level; used again by the next curve. */
  double[] precisions() {
    return precisions;
  }

  /** The score from which on that recall is reached; 0 where it never is. */
  double[] scores() {
    return scores;
  }

  /**
   * Forgets the last curve.
   *
   * @param truths how many count, at least 1
   */
  void begin(long truths) {
    found = 0;
    if (truths != positives) {
      positives = truths;
      need();
    }
  }

  /** How many right detections each recall takes; of a double's division, as pycocotools has it. */
  private void need() {
    for (int level = 0; level < Thresholds.RECALLS; level++) {
      double recall = Thresholds.recall(level);
      long count = Math.max((long) (recall * positives) - 1, 1);
      while ((double) count / positives < recall) {
        count++;
      }
      needed[level] = (int) Math.min(count, Integer.MAX_VALUE);
    }
  }

  /** How many right detections were added. */
  int found() {
    return found;
  }

  /**
   * Adds a right detection.
   *
   * @param wrong how many wrong ones scored higher
   */
  void addRight(long wrong, double score) {
    if (found == right.length) {
      right = Arrays.copyOf(right, 2 * found);
      rightScores = Arrays.copyOf(rightScores, 2 * found);
    }
    rightScores[found] = score;
    found++;
    right[found - 1] = found / ((double) wrong + found + EPSILON);
  }

  /**
   * Reads the curve off.
   *
   * @param highest the score of the first detection, ignored or not; 0 when there is none
   */
  void end(double highest) {
    for (int i = found - 1; i > 0; i--) {
      right[i - 1] = Math.max(right[i - 1], right[i]);
    }
    for (int level = 0; level < Thresholds.RECALLS; level++) {
      boolean reached = needed[level] <= found;
      precisions[level] = reached ? right[needed[level] - 1] : 0;
      scores[level] = reached ? rightScores[needed[level] - 1] : 0;
    }
    scores[0] = highest;
  }

  /** The curve of one category. */
  void trace(ClassMatches matches, AreaRange area, int overlap, int cap) {
    int bit = ClassMatches.bit(area, overlap);
    double highest = 0;
    boolean any = false;
    long wrong = 0;
    begin(matches.positives(area));
    for (int i = 0; i < matches.size(); i++) {
      if (matches.places()[i] >= cap) {
        continue;
      }
      if (!any) {
        highest = matches.scores()[i];
        any = true;
      }
      if ((matches.ignored()[i] >>> bit & 1) != 0) {
        continue;
      }
      if ((matches.matched()[i] >>> bit & 1) != 0) {
        addRight(wrong, matches.scores()[i]);
      } else {
        wrong++;
      }
    }
    end(highest);
  }
}

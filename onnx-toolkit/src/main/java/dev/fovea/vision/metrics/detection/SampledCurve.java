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

  /** Precision at each level; used again by the next curve. */
  double[] precisions() {
    return precisions;
  }

  /** The score from which on that recall is reached; 0 where it never is. */
  double[] scores() {
    return scores;
  }

  void begin() {
    found = 0;
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
   * @param positives how many truths count, at least 1
   * @param highest the score of the first detection, ignored or not; 0 when there is none
   */
  void end(long positives, double highest) {
    for (int i = found - 1; i > 0; i--) {
      right[i - 1] = Math.max(right[i - 1], right[i]);
    }
    precisions[0] = found > 0 ? right[0] : 0;
    scores[0] = highest;
    int needed = 1;
    for (int level = 1; level < Thresholds.RECALLS; level++) {
      double recall = Thresholds.recall(level);
      while (needed <= found && (double) needed / positives < recall) {
        needed++;
      }
      boolean reached = needed <= found;
      precisions[level] = reached ? right[needed - 1] : 0;
      scores[level] = reached ? rightScores[needed - 1] : 0;
    }
  }

  /** The curve of one category. */
  void trace(ClassMatches matches, AreaRange area, int overlap, int cap) {
    int bit = ClassMatches.bit(area, overlap);
    double highest = 0;
    boolean any = false;
    long wrong = 0;
    begin();
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
    end(matches.positives(area), highest);
  }
}

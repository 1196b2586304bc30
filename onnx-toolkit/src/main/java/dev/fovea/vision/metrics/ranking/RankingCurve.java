package dev.fovea.vision.metrics.ranking;

/**
 * What happens when everything from a threshold on is called positive: one point for each different
 * score, the highest first. The points (0, 0) of a ROC curve and (recall 0, precision 1), which
 * have no threshold, are not among them.
 */
public final class RankingCurve {
  private final double[] thresholds;
  private final int[] right;
  private final int[] wrong;
  private final int positives;
  private final int negatives;

  RankingCurve(double[] thresholds, int[] right, int[] wrong, int positives, int negatives) {
    this.thresholds = thresholds;
    this.right = right;
    this.wrong = wrong;
    this.positives = positives;
    this.negatives = negatives;
  }

  /** How many points. */
  public int size() {
    return thresholds.length;
  }

  /** The score from which on all is called positive. */
  public double threshold(int point) {
    return thresholds[point];
  }

  /** The share of what is called positive that is, 0 to 1. */
  public double precision(int point) {
    return (double) right[point] / (right[point] + (long) wrong[point]);
  }

  /** The share of positives that are called so, 0 to 1: the true positive rate; NaN of none. */
  public double recall(int point) {
    return (double) right[point] / positives;
  }

  /** The share of the others that are called positive, 0 to 1; NaN of none. */
  public double falsePositiveRate(int point) {
    return (double) wrong[point] / negatives;
  }
}

package dev.fovea.vision.metrics.detection;

/**
 * Precision against recall of one category, at the recalls 0, 0.01 … 1. Precision is the best that
 * is reached at that recall or beyond.
 */
public final class PrecisionRecall {
  private final double[] precisions;
  private final double[] scores;

  PrecisionRecall(double[] precisions, double[] scores) {
    this.precisions = precisions;
    this.scores = scores;
  }

  /** How many points the curve has: 101. */
  public int size() {
    return precisions.length;
  }

  /** The recall of a point, 0 to 1. */
  public double recall(int point) {
    return Thresholds.recall(point);
  }

  /** The precision of a point, 0 to 1; 0 where that recall is never reached. */
  public double precision(int point) {
    return precisions[point];
  }

  /** The score down to which detections must be taken for that recall; 0 where none suffices. */
  public double score(int point) {
    return scores[point];
  }
}

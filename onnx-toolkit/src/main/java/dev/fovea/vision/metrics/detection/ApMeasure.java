package dev.fovea.vision.metrics.detection;

/** Which of COCO's average precisions, by the levels of overlap. */
public enum ApMeasure {
  /** Over the overlaps 0.50, 0.55 … 0.95. */
  AP(0, Thresholds.OVERLAPS),
  /** At overlap 0.50. */
  AP50(0, 1),
  /** At overlap 0.75. */
  AP75(5, 6);

  private final int from;
  private final int to;

  ApMeasure(int from, int to) {
    this.from = from;
    this.to = to;
  }

  int firstLevel() {
    return from;
  }

  int endLevel() {
    return to;
  }
}

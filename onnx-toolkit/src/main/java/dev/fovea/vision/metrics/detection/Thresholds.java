package dev.fovea.vision.metrics.detection;

/** COCO's levels of overlap and recall, bit by bit as numpy's {@code linspace} makes them. */
final class Thresholds {
  /** How many levels of overlap: 0.50, 0.55 … 0.95. */
  static final int OVERLAPS = 10;

  /** How many levels of recall: 0, 0.01 … 1. */
  static final int RECALLS = 101;

  private static final double FIRST_OVERLAP = 0.5;
  private static final double LAST_OVERLAP = 0.95;

  private Thresholds() {}

  /** Level 8 is 0.8999999999999999. */
  static double overlap(int level) {
    double step = (LAST_OVERLAP - FIRST_OVERLAP) / (OVERLAPS - 1);
    return level == OVERLAPS - 1 ? LAST_OVERLAP : level * step + FIRST_OVERLAP;
  }

  /** Not {@code level / 100.0}, which differs at ten levels and then finds another detection. */
  static double recall(int level) {
    return level == RECALLS - 1 ? 1 : level * 0.01;
  }

  static void requireOverlap(int level) {
    if (level < 0 || level >= OVERLAPS) {
      throw new IllegalArgumentException(
          "level of overlap: %d (expected: 0 for 0.50 to %d for 0.95)"
              .formatted(level, OVERLAPS - 1));
    }
  }
}

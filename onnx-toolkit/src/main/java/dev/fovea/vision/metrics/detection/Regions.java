package dev.fovea.vision.metrics.detection;

/** Where the items of a set are: all boxes or all masks. */
sealed interface Regions permits Boxes, Masks {
  /** The regions in another order; each number of {@code order} is a place here. */
  Regions inOrder(int[] order);

  /** The area of one, in square pixels. */
  double area(int region);

  /** Whether two lists hold the same regions. */
  boolean same(Regions other);

  /**
   * How far a detection and a truth overlap, 0 to 1: the intersection by the union, and by the
   * detection's own area where the truth is a crowd.
   */
  double overlap(int detection, Regions truths, int truth, boolean crowd);
}

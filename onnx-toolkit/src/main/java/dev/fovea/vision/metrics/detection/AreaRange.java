package dev.fovea.vision.metrics.detection;

/**
 * Which objects count, by the area of their annotation in square pixels. Both ends belong to the
 * range, as in COCO: an object of exactly 1024 is small and medium.
 */
public enum AreaRange {
  /** 0 to 10¹⁰. */
  ALL(0, 1e5 * 1e5),
  /** 0 to 32². */
  SMALL(0, 32 * 32),
  /** 32² to 96². */
  MEDIUM(32 * 32, 96 * 96),
  /** 96² to 10¹⁰. */
  LARGE(96 * 96, 1e5 * 1e5);

  private final double least;
  private final double most;

  AreaRange(double least, double most) {
    this.least = least;
    this.most = most;
  }

  /** Whether an object of this area, in square pixels, belongs to it. */
  public boolean holds(double area) {
    return area >= least && area <= most;
  }
}

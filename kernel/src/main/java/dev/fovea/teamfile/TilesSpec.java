package dev.fovea.teamfile;

/**
 * How a detector sees an image: in tiles that overlap, whose detections are merged into those of
 * the image. Small objects in large images keep their pixels that way. The tiles are those of
 * SAHI's {@code get_slice_bboxes} (Akyon et al., ICIP 2022, arXiv:2202.06934; obss/sahi, MIT).
 *
 * @param width of a tile, in pixels of the image, {@value #LEAST_SIDE} to {@value #LARGEST_SIDE};
 *     an image that is narrower has one column of tiles, as wide as itself
 * @param height of a tile, likewise
 * @param overlap which share of a tile lies in the next one, 0 to {@value #MOST_OVERLAP}; in whole
 *     pixels, rounded down
 * @param whole whether an image of several tiles is seen as a whole as well, for what is larger
 *     than a tile
 * @param merge what becomes of detections of a class that match
 * @param match what of two boxes is held against the threshold
 * @param threshold from which on they match, {@value #LEAST_THRESHOLD} to 1
 */
public record TilesSpec(
    int width,
    int height,
    double overlap,
    boolean whole,
    Merge merge,
    Match match,
    double threshold) {
  /** The least side of a tile, in pixels. */
  public static final int LEAST_SIDE = 16;

  /** The largest side of a tile, in pixels. */
  public static final int LARGEST_SIDE = 8_192;

  /** Above it, most of what is computed would be computed ten times. */
  public static final double MOST_OVERLAP = 0.9;

  /** Below it, boxes that hardly touch would be one. */
  public static final double LEAST_THRESHOLD = 0.01;

  /** How many tiles an image may have; an image that would have more is refused. */
  public static final int MOST_TILES = 1_024;

  /** SAHI's. */
  public static final double DEFAULT_OVERLAP = 0.2;

  /** SAHI's. */
  public static final double DEFAULT_THRESHOLD = 0.5;

  /**
   * The least confidence with which detections grow by default: below it, a large box that is
   * hardly sure of anything would swallow a small one that is. Then they suppress each other
   * instead, as SAHI's {@code predict} has it.
   */
  public static final double SURE_ENOUGH = 0.1;

  /** What becomes of detections that match. */
  public enum Merge {
    /** The surest one grows to hold those that match it: what a cut went through is one again. */
    GREEDY_NMM,
    /** The surest one stays as it is, the others go. */
    NMS
  }

  /** What of two boxes is held against the threshold. */
  public enum Match {
    /** What both have in common, as a share of the smaller one. */
    IOS,
    /** What both have in common, as a share of what both cover. */
    IOU
  }

  public TilesSpec {
    if (Math.min(width, height) < LEAST_SIDE || Math.max(width, height) > LARGEST_SIDE) {
      throw new IllegalArgumentException(
          "tiles: %d x %d px (expected: each %d to %d)"
              .formatted(width, height, LEAST_SIDE, LARGEST_SIDE));
    }
    boolean inBounds =
        overlap >= 0
            && overlap <= MOST_OVERLAP
            && threshold >= LEAST_THRESHOLD
            && threshold <= 1; // false for NaN
    if (!inBounds) {
      throw new IllegalArgumentException(
          "tiles: overlap %s, threshold %s (expected: 0 to %s, %s to 1)"
              .formatted(overlap, threshold, MOST_OVERLAP, LEAST_THRESHOLD));
    }
  }

  /**
   * With what holds where the file does not say, for a detector whose detections are sure enough to
   * grow each other.
   */
  public static TilesSpec of(int width, int height) {
    return new TilesSpec(
        width, height, DEFAULT_OVERLAP, true, Merge.GREEDY_NMM, Match.IOS, DEFAULT_THRESHOLD);
  }

  /** Changes when a detection could. */
  public String canonical() {
    return "fovea-tiles-1 %dx%d overlap=%s whole=%s %s %s>=%s"
        .formatted(
            width,
            height,
            Double.toHexString(overlap),
            whole,
            merge,
            match,
            Double.toHexString(threshold));
  }

  /** In a few words, for people. */
  public String words() {
    return "tiles of %d x %d px with overlap %s%s, merged by %s with %s from %s on"
        .formatted(
            width,
            height,
            overlap,
            whole ? ", and the whole image" : "",
            Values.written(merge),
            Values.written(match),
            threshold);
  }
}

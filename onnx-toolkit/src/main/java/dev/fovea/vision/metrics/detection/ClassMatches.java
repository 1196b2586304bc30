package dev.fovea.vision.metrics.detection;

/**
 * What became of the detections of one category, the highest score first. A bit of {@code matched}
 * and {@code ignored} belongs to one area range and one level of overlap, see {@link #bit}.
 *
 * @param scores of the detections
 * @param images the rank of each detection's image
 * @param places how many detections of the same image and category scored higher
 * @param matched whether a truth was found
 * @param ignored whether the detection counts neither as right nor as wrong
 * @param positives how many truths count, by area range
 * @param truthImages the images of the truths that count, by area range
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves the package, never compared
record ClassMatches(
    double[] scores,
    int[] images,
    short[] places,
    long[] matched,
    long[] ignored,
    int[] positives,
    int[][] truthImages) {

  /** Where the bit of an area range and a level of overlap is. */
  static int bit(AreaRange area, int overlap) {
    return area.ordinal() * Thresholds.OVERLAPS + overlap;
  }

  int size() {
    return scores.length;
  }

  int positives(AreaRange area) {
    return positives[area.ordinal()];
  }

  int[] truthImages(AreaRange area) {
    return truthImages[area.ordinal()];
  }

  /**
   * How many of the truths that count were found, by level of overlap.
   *
   * @param cap how many detections of each image count
   */
  int[] found(AreaRange area, int cap) {
    var found = new int[Thresholds.OVERLAPS];
    int first = bit(area, 0);
    for (int i = 0; i < matched.length; i++) {
      long levels = (matched[i] & ~ignored[i]) >>> first & ((1 << Thresholds.OVERLAPS) - 1);
      if (places[i] < cap) {
        for (; levels != 0; levels &= levels - 1) {
          found[Long.numberOfTrailingZeros(levels)]++;
        }
      }
    }
    return found;
  }
}

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
 * @param truthImages the images of the truths that count in {@link AreaRange#ALL}
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves the package, never compared
record ClassMatches(
    double[] scores,
    int[] images,
    short[] places,
    long[] matched,
    long[] ignored,
    int[] positives,
    int[] truthImages) {

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

  /** How many of the truths that count were found; each detection's place must be below the cap. */
  int found(AreaRange area, int overlap, int cap) {
    int bit = bit(area, overlap);
    int found = 0;
    for (int i = 0; i < matched.length; i++) {
      found += places[i] < cap ? (int) ((matched[i] & ~ignored[i]) >>> bit) & 1 : 0;
    }
    return found;
  }
}

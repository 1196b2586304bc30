package dev.fovea.vision.metrics.anomaly;

import java.util.Arrays;

/**
 * How often each score occurs in each image: a cell for each, the lowest first. When there are too
 * many cells, bits of the scores are dropped in all images, one after the other, and cells become
 * one whose scores do.
 */
final class ScoreCells {
  /** 5 bits of the 23 stay: scores of which one is larger by 1/32 are always kept apart. */
  static final int MOST_DROPPED = 18;

  private final int limit;
  private int dropped;
  private int images;
  private int[] starts = new int[16];
  private int size;
  private int[] keys = new int[64];
  private int[] good = new int[64];
  private int[] defective = new int[64];
  private double[] shares = new double[64];

  ScoreCells(int limit) {
    this.limit = limit;
  }

  /** Refuses what {@link #add} has no room for, whatever is dropped. */
  void requireRoom(ScoreKeys added) {
    if ((long) size + added.different(dropped) > limit
        && (long) different(MOST_DROPPED) + added.different(MOST_DROPPED) > limit) {
      throw new IllegalArgumentException(
          "scores: more than %d even with %d bits dropped (evaluate fewer images at a time or collect under larger limits)"
              .formatted(limit, MOST_DROPPED));
    }
  }

  /** Adds an image for which there is room. */
  void add(ScoreKeys added, DefectRegions regions) {
    while ((long) size + added.different(dropped) > limit) {
      drop();
    }
    int place = 0;
    while (place < added.size()) {
      int key = added.key(place) >> dropped;
      int goodHere = 0;
      int defectiveHere = 0;
      double share = 0;
      for (; place < added.size() && added.key(place) >> dropped == key; place++) {
        int pixel = added.pixel(place);
        goodHere += regions.defective(pixel) ? 0 : 1;
        defectiveHere += regions.defective(pixel) ? 1 : 0;
        share += regions.share(pixel);
      }
      put(key, goodHere, defectiveHere, share);
    }
    endImage();
  }

  /** Ends an image; one without scores when nothing was put. */
  void endImage() {
    images++;
    if (images == starts.length) {
      starts = Arrays.copyOf(starts, images + (images >> 1));
    }
    starts[images] = size;
  }

  private void put(int key, int goodHere, int defectiveHere, double share) {
    if (size == keys.length) {
      int capacity = (int) Math.min(limit, size + (long) (size >> 1));
      keys = Arrays.copyOf(keys, capacity);
      good = Arrays.copyOf(good, capacity);
      defective = Arrays.copyOf(defective, capacity);
      shares = Arrays.copyOf(shares, capacity);
    }
    keys[size] = key;
    good[size] = goodHere;
    defective[size] = defectiveHere;
    shares[size] = share;
    size++;
  }

  private void drop() {
    dropped++;
    int to = 0;
    for (int image = 0; image < images; image++) {
      int from = starts[image];
      starts[image] = to;
      for (int cell = from; cell < starts[image + 1]; cell++) {
        int key = keys[cell] >> 1;
        if (to > starts[image] && keys[to - 1] == key) {
          good[to - 1] += good[cell];
          defective[to - 1] += defective[cell];
          shares[to - 1] += shares[cell];
        } else {
          keys[to] = key;
          good[to] = good[cell];
          defective[to] = defective[cell];
          shares[to] = shares[cell];
          to++;
        }
      }
    }
    starts[images] = to;
    size = to;
  }

  private int different(int bits) {
    int shift = bits - dropped;
    int count = 0;
    for (int image = 0; image < images; image++) {
      for (int cell = starts[image]; cell < starts[image + 1]; cell++) {
        boolean same = cell > starts[image] && keys[cell] >> shift == keys[cell - 1] >> shift;
        count += same ? 0 : 1;
      }
    }
    return count;
  }

  /**
   * All cells, the highest score first.
   *
   * @param ranks the place of each image in the order of ids
   */
  PixelRanking ranked(int[] ranks) {
    var order = new long[size];
    var imageOf = new int[size];
    for (int image = 0; image < images; image++) {
      for (int cell = starts[image]; cell < starts[image + 1]; cell++) {
        order[cell] = (long) ~keys[cell] << 32 | cell;
        imageOf[cell] = ranks[image];
      }
    }
    Arrays.sort(order);
    var ranked = new PixelRanking(images, size, dropped);
    for (long next : order) {
      int cell = (int) next;
      ranked.put(keys[cell], imageOf[cell], good[cell], defective[cell], shares[cell]);
    }
    return ranked;
  }
}

package dev.fovea.vision.metrics.anomaly;

import java.util.Arrays;

/** The scores of an image's pixels as numbers whose order is theirs, the lowest first. */
final class ScoreKeys {
  private final long[] sorted;

  /** The keys of finite scores. */
  ScoreKeys(float[] scores) {
    this.sorted = new long[scores.length];
    for (int pixel = 0; pixel < scores.length; pixel++) {
      sorted[pixel] = (long) key(scores[pixel]) << 32 | pixel;
    }
    Arrays.sort(sorted);
  }

  /** Larger for larger scores; the same for 0.0 and -0.0. */
  static int key(float score) {
    int bits = Float.floatToRawIntBits(score + 0.0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  int size() {
    return sorted.length;
  }

  int key(int place) {
    return (int) (sorted[place] >> 32);
  }

  int pixel(int place) {
    return (int) sorted[place];
  }

  /** How many different keys there are when so many of their last bits are dropped. */
  int different(int dropped) {
    int count = 1;
    for (int place = 1; place < sorted.length; place++) {
      count += key(place) >> dropped == key(place - 1) >> dropped ? 0 : 1;
    }
    return count;
  }
}

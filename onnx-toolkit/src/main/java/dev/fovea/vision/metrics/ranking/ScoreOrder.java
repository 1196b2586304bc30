package dev.fovea.vision.metrics.ranking;

/**
 * Sorts by score, the highest first; equal scores stay as they came, as by numpy's mergesort of the
 * negated scores (0.0 and -0.0 are equal).
 */
public final class ScoreOrder {
  private static final int RUN = 16;

  private int[] order = new int[0];
  private int[] spare = new int[0];

  /**
   * The places from 0 to {@code count} by the scores from {@code from} on. The array is used again
   * by the next call and may be longer.
   */
  public int[] descending(double[] scores, int from, int count) {
    if (order.length < count) {
      order = new int[Math.max(count, 2 * order.length)];
      spare = new int[order.length];
    }
    for (int start = 0; start < count; start += RUN) {
      insertionSort(scores, from, start, Math.min(start + RUN, count));
    }
    for (int width = RUN; width < count; width *= 2) {
      for (int start = 0; start < count; start += 2 * width) {
        int middle = Math.min(start + width, count);
        merge(scores, from, start, middle, Math.min(middle + width, count));
      }
      var sorted = spare;
      spare = order;
      order = sorted;
    }
    return order;
  }

  private void insertionSort(double[] scores, int from, int start, int end) {
    for (int i = start; i < end; i++) {
      double score = scores[from + i];
      int at = i;
      while (at > start && scores[from + order[at - 1]] < score) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = i;
    }
  }

  private void merge(double[] scores, int from, int start, int middle, int end) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeRight =
          left == middle || right < end && scores[from + order[right]] > scores[from + order[left]];
      spare[i] = takeRight ? order[right++] : order[left++];
    }
  }
}

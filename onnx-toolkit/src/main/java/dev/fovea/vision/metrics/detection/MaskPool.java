package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/** Masks while they come in. */
final class MaskPool {
  private final String what;
  private final int limit;
  private int[] edges = new int[256];
  private long[] places = new long[16];
  private int[] areas = new int[16];
  private int used;
  private int size;

  MaskPool(String what, int limit) {
    this.what = what;
    this.limit = limit;
  }

  void requireRoom(int[] runs) {
    if ((long) used + runs.length > limit) {
      throw new IllegalArgumentException(
          "masks of %s: more than %d runs (evaluate fewer images at a time or collect under larger limits)"
              .formatted(what, limit));
    }
  }

  /** Adds a mask, for which there is room; runs of length 0 leave no edge. */
  void add(int[] runs) {
    if (edges.length - used < runs.length + 1) {
      long wanted = Math.max(2L * edges.length, (long) used + runs.length + 1);
      edges = Arrays.copyOf(edges, (int) Math.min(wanted, limit + 1L));
    }
    if (size == places.length) {
      places = Arrays.copyOf(places, 2 * size);
      areas = Arrays.copyOf(areas, 2 * size);
    }
    int from = used;
    int pixel = 0;
    int area = 0;
    for (int i = 0; i < runs.length; i++) {
      int end = pixel + runs[i];
      if (i % 2 == 1 && runs[i] > 0) {
        boolean continues = used > from && edges[used - 1] == pixel;
        used = continues ? used - 2 : used;
        edges[used] = continues ? edges[used] : pixel;
        edges[used + 1] = end;
        used += 2;
        area += runs[i];
      }
      pixel = end;
    }
    places[size] = Masks.place(from, used);
    areas[size] = area;
    size++;
  }

  Masks masks() {
    return new Masks(edges, places, areas);
  }
}

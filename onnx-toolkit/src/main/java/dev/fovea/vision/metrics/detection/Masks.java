package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/**
 * Masks by their runs: of each, where every run of pixels inside begins and ends, column by column.
 */
final class Masks implements Regions {
  private final int[] edges;
  private final long[] places;
  private final int[] areas;

  /**
   * Masks in a pool.
   *
   * @param edges beginnings and ends by turns, of all masks
   * @param places where each mask's edges begin in the pool (upper half) and end (lower half)
   * @param areas of each mask in pixels
   */
  Masks(int[] edges, long[] places, int[] areas) {
    this.edges = edges;
    this.places = places;
    this.areas = areas;
  }

  static long place(int from, int to) {
    return (long) from << 32 | to;
  }

  private int from(int mask) {
    return (int) (places[mask] >>> 32);
  }

  private int to(int mask) {
    return (int) places[mask];
  }

  /** The edges stay where they are. */
  @Override
  public Regions inOrder(int[] order) {
    var sortedPlaces = new long[order.length];
    var sortedAreas = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sortedPlaces[i] = places[order[i]];
      sortedAreas[i] = areas[order[i]];
    }
    return new Masks(edges, sortedPlaces, sortedAreas);
  }

  @Override
  public double area(int region) {
    return areas[region];
  }

  @Override
  public boolean same(Regions other) {
    if (!(other instanceof Masks masks) || masks.places.length != places.length) {
      return false;
    }
    for (int i = 0; i < places.length; i++) {
      if (!Arrays.equals(edges, from(i), to(i), masks.edges, masks.from(i), masks.to(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public double overlap(int detection, Regions truths, int truth, boolean crowd) {
    var others = (Masks) truths;
    int both = both(detection, others, truth);
    if (both == 0) {
      return 0;
    }
    int area = areas[detection];
    return (double) both / (crowd ? area : area + others.areas[truth] - both);
  }

  private int both(int detection, Masks others, int truth) {
    int a = from(detection);
    int b = others.from(truth);
    int endA = to(detection);
    int endB = others.to(truth);
    if (a == endA || b == endB) {
      return 0;
    }
    a = firstEndingAfter(edges, a, endA, others.edges[b]);
    b = a == endA ? endB : firstEndingAfter(others.edges, b, endB, edges[a]);
    int both = 0;
    while (a < endA && b < endB) {
      int begin = Math.max(edges[a], others.edges[b]);
      int end = Math.min(edges[a + 1], others.edges[b + 1]);
      both += Math.max(end - begin, 0);
      if (edges[a + 1] < others.edges[b + 1]) {
        a += 2;
      } else {
        b += 2;
      }
    }
    return both;
  }

  /** Skips the runs that end before another mask begins. */
  private static int firstEndingAfter(int[] edges, int from, int to, int pixel) {
    int low = 0;
    int high = (to - from) / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (edges[from + 2 * middle + 1] <= pixel) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return from + 2 * low;
  }
}

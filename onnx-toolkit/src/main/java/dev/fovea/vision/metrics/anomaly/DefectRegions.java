package dev.fovea.vision.metrics.anomaly;

import java.util.Arrays;

/**
 * The regions of a mask: defective pixels that touch, with an edge or a corner (8 neighbours, as
 * MVTec's evaluation code and anomalib have it).
 */
final class DefectRegions {
  private final int[] labels;
  private int[] sizes = new int[8];
  private int count;

  private DefectRegions(int pixels) {
    this.labels = new int[pixels];
  }

  /**
   * The regions of a mask.
   *
   * @param mask by rows; what is not 0 is defective
   */
  static DefectRegions of(int width, int height, byte[] mask) {
    var regions = new DefectRegions(mask.length);
    var open = new int[16];
    for (int pixel = 0; pixel < mask.length; pixel++) {
      if (mask[pixel] != 0 && regions.labels[pixel] == 0) {
        open = regions.fill(pixel, width, height, mask, open);
      }
    }
    return regions;
  }

  private int[] fill(int first, int width, int height, byte[] mask, int[] stack) {
    var open = stack;
    int depth = 0;
    int size = 0;
    int label = ++count;
    labels[first] = label;
    open[depth++] = first;
    while (depth > 0) {
      int pixel = open[--depth];
      size++;
      int top = pixel / width;
      int left = pixel % width;
      for (int y = Math.max(top - 1, 0); y <= Math.min(top + 1, height - 1); y++) {
        for (int x = Math.max(left - 1, 0); x <= Math.min(left + 1, width - 1); x++) {
          int neighbour = y * width + x;
          if (mask[neighbour] != 0 && labels[neighbour] == 0) {
            labels[neighbour] = label;
            if (depth == open.length) {
              open = Arrays.copyOf(open, 2 * depth);
            }
            open[depth++] = neighbour;
          }
        }
      }
    }
    if (label == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * label);
    }
    sizes[label] = size;
    return open;
  }

  /** How many regions. */
  int count() {
    return count;
  }

  boolean defective(int pixel) {
    return labels[pixel] != 0;
  }

  /** The share of its region that a pixel is; 0 where it is fine. */
  double share(int pixel) {
    return labels[pixel] == 0 ? 0 : 1.0 / sizes[labels[pixel]];
  }
}

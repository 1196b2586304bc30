package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/** Upright boxes, four numbers each: left, top, width, height. */
final class Boxes implements Regions {
  private final double[] sides;

  Boxes(double[] sides) {
    this.sides = sides;
  }

  @Override
  public Regions inOrder(int[] order) {
    var sorted = new double[order.length * 4];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(sides, order[i] * 4, sorted, i * 4, 4);
    }
    return new Boxes(sorted);
  }

  @Override
  public double area(int region) {
    return sides[region * 4 + 2] * sides[region * 4 + 3];
  }

  @Override
  public boolean same(Regions other) {
    return other instanceof Boxes boxes && Arrays.equals(sides, boxes.sides);
  }

  /** In pycocotools' order of operations, so that no bit differs. */
  @Override
  public double overlap(int detection, Regions truths, int truth, boolean crowd) {
    var others = ((Boxes) truths).sides;
    int d = detection * 4;
    int t = truth * 4;
    double width =
        Math.min(sides[d + 2] + sides[d], others[t + 2] + others[t])
            - Math.max(sides[d], others[t]);
    if (width <= 0) {
      return 0;
    }
    double height =
        Math.min(sides[d + 3] + sides[d + 1], others[t + 3] + others[t + 1])
            - Math.max(sides[d + 1], others[t + 1]);
    if (height <= 0) {
      return 0;
    }
    double both = width * height;
    double area = sides[d + 2] * sides[d + 3];
    double union = crowd ? area : area + others[t + 2] * others[t + 3] - both;
    // Sides so short that their product is 0 would give NaN, which pycocotools takes for a match.
    return union > 0 ? both / union : 0;
  }
}

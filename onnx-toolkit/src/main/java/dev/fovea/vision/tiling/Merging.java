package dev.fovea.vision.tiling;

import dev.fovea.teamfile.TilesSpec;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import dev.fovea.vision.detection.Detection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one detection of those that tiles which overlap have of one object, class by class, as SAHI
 * 0.12.8's {@code GREEDYNMM} and {@code NMS} with {@code postprocess_class_agnostic=False} do
 * (obss/sahi, sahi/postprocess/combine.py; F. C. Akyon, S. O. Altinuc, A. Temizel: Slicing Aided
 * Hyper Inference, ICIP 2022, arXiv:2202.06934).
 *
 * <ol>
 *   <li>The surest detection that is left is kept; of equally sure ones the one furthest left, then
 *       uppermost, then least wide, then least high.
 *   <li>It takes out every other one of its class whose match with it is at the threshold or above:
 *       intersection over the smaller of both areas (IoS), or over the union (IoU). A box of no
 *       area matches nothing.
 *   <li>With greedy NMM it becomes the least box that holds itself and those, the surest of them
 *       first, each only if its match with what the box has grown to is still at the threshold or
 *       above. Its score stays.
 *   <li>The same again with what is left, which is held against the box as it was found, not as it
 *       grew: two that are kept may overlap in the end.
 * </ol>
 *
 * <p>Work is bounded: it ends once as many are kept as stay.
 */
final class Merging {
  /** The surest first, then in an order that depends on the boxes alone, never on the tiles. */
  static final Comparator<Detection> ORDER =
      Comparator.comparingDouble(Detection::score)
          .reversed()
          .thenComparingDouble(Detection::x1)
          .thenComparingDouble(Detection::y1)
          .thenComparingDouble(Detection::x2)
          .thenComparingDouble(Detection::y2)
          .thenComparingInt(Detection::category);

  private final TilesSpec spec;

  Merging(TilesSpec spec) {
    this.spec = spec;
  }

  /**
   * What is left of them.
   *
   * @param most how many at most, the surest
   */
  List<Detection> merged(List<Detection> found, int most) {
    var order = found.stream().sorted(ORDER).toArray(Detection[]::new);
    var taken = new boolean[order.length];
    var kept = new ArrayList<Detection>();
    for (int i = 0; i < order.length && kept.size() < most; i++) {
      if (!taken[i]) {
        kept.add(kept(order, i, taken));
      }
    }
    return kept;
  }

  private Detection kept(Detection[] order, int place, boolean[] taken) {
    var surest = order[place];
    var grown = surest;
    for (int i = place + 1; i < order.length; i++) {
      if (!taken[i]
          && order[i].category() == surest.category()
          && match(surest, order[i]) >= spec.threshold()) {
        taken[i] = true;
        if (spec.merge() == Merge.GREEDY_NMM && match(grown, order[i]) >= spec.threshold()) {
          grown = around(grown, order[i]);
        }
      }
    }
    return grown;
  }

  private double match(Detection one, Detection other) {
    double width = Math.min(one.x2(), other.x2()) - Math.max(one.x1(), other.x1());
    double height = Math.min(one.y2(), other.y2()) - Math.max(one.y1(), other.y1());
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double both = width * height;
    return both
        / (spec.match() == Match.IOS
            ? Math.min(area(one), area(other))
            : area(one) + area(other) - both);
  }

  private static double area(Detection box) {
    return (box.x2() - box.x1()) * (box.y2() - box.y1());
  }

  private static Detection around(Detection surest, Detection other) {
    return new Detection(
        surest.category(),
        surest.score(),
        Math.min(surest.x1(), other.x1()),
        Math.min(surest.y1(), other.y1()),
        Math.max(surest.x2(), other.x2()),
        Math.max(surest.y2(), other.y2()));
  }
}

package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.prepare.Constants;

/**
 * The bounds of a {@code Relu} or {@code Clip}.
 *
 * @param known whether both bounds are constants
 */
record Clamp(float low, float high, boolean known) {

  /** The bounds that a node has by its type or by constant inputs 1 and 2. */
  static Clamp of(Node node, Constants constants) {
    if (node.opType().equals("Relu")) {
      return new Clamp(0, Float.POSITIVE_INFINITY, true);
    }
    var bounds = new float[] {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY};
    for (int i = 1; i < Math.min(3, node.inputs().size()); i++) {
      var name = node.inputs().get(i);
      if (name.isEmpty()) {
        continue;
      }
      var bound = constants.findFloats(name).filter(each -> each.elements() == 1);
      if (bound.isEmpty()) {
        return new Clamp(0, 0, false);
      }
      bounds[i - 1] = bound.get().floats()[0];
    }
    return new Clamp(bounds[0], bounds[1], true);
  }

  /**
   * Whether no integer stands for a number beyond the bounds, so that rounding clamps by itself.
   * Half a step is allowed, since the zero point is rounded to a whole one.
   */
  boolean holds(Affine relation) {
    float slack = relation.scale() / 2;
    return known
        && relation.dequantize(relation.least()) >= low - slack
        && relation.dequantize(relation.largest()) <= high + slack;
  }
}

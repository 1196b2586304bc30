package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.Preparation;

/** Weights by the channel that they make. */
final class Filters {
  private Filters() {}

  /** The sum of absolute values of each channel along an axis, in 64 bits. */
  static double[] norms(Tensor weights, int axis) {
    var values = finite(weights);
    int channels = Math.toIntExact(weights.shape().get(axis));
    int inner = inner(weights, axis);
    var norms = new double[channels];
    for (int i = 0; i < values.length; i++) {
      norms[i / inner % channels] += Math.abs((double) values[i]);
    }
    return norms;
  }

  /**
   * The values of weights.
   *
   * @throws NotPrunable where one is not finite
   */
  static float[] finite(Tensor weights) {
    var values = weights.floats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw NotPrunable.notFinite(weights.name(), i, values[i]);
      }
    }
    return values;
  }

  /** How many elements lie between one place of an axis and the next. */
  static int inner(Tensor tensor, int axis) {
    long inner = 1;
    for (long size : tensor.shape().subList(axis + 1, tensor.shape().size())) {
      inner *= size;
    }
    return Math.toIntExact(inner);
  }

  /** A node as a message calls it. */
  static String words(Node node) {
    var name = node.name().isEmpty() ? Preparation.output(node) : node.name();
    return "%s '%s'".formatted(node.opType(), name);
  }
}

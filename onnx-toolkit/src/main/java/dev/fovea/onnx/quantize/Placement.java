package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.quantize.calibrate.Range;
import dev.fovea.onnx.quantize.integers.Affine;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors of a graph are quantised, and how.
 *
 * @param marks how each quantised tensor is, in the order in which nodes asked for it
 * @param biases those in 32 bits
 * @param nodes the nodes that are left, in order; producers of absorbed clamps give the clamps'
 *     outputs
 * @param outcomes one for each node of the graph
 * @param inFloat places in {@code nodes} of those that stay in float and read constants as they are
 * @param ranges of the computed tensors
 */
record Placement(
    Map<String, Mark> marks,
    List<Bias> biases,
    List<Node> nodes,
    List<NodeOutcome> outcomes,
    Set<Integer> inFloat,
    Map<String, Range> ranges,
    QuantizationProfile profile) {
  /** A bias in 32 bits under the product of two scales: of the node's input and of its weights. */
  record Bias(int node, String tensor, String input, String weights) {}

  /**
   * @param ranges of the computed float tensors; a tensor without one is not quantised
   * @param keptInFloat first outputs of nodes that are not quantised
   */
  static Placement of(
      Graph graph,
      Map<String, Range> ranges,
      QuantizationProfile profile,
      Set<String> keptInFloat) {
    return switch (profile) {
      case ORT_X86, ORT_X86_WITHOUT_VNNI -> OrtPlacement.of(graph, ranges, profile, keptInFloat);
      case TENSORRT -> TensorRtPlacement.of(graph, ranges, keptInFloat);
    };
  }

  /** How a tensor is that is known to be quantised. */
  Mark mark(String tensor) {
    return requireNonNull(marks.get(tensor));
  }

  /** Whether the node at this place of {@link #nodes()} stays in float. */
  boolean isInFloat(int node) {
    return inFloat.contains(node);
  }

  /** The relation of a computed tensor that has a range of its own. */
  Affine relation(String tensor) {
    var range = ranges.get(tensor);
    if (range == null) {
      throw new IllegalStateException("tensor '%s': no range".formatted(tensor));
    }
    return profile.relation(range.min(), range.max());
  }

  /** The axis of the output channels in a node's weights. */
  static int axis(Node node) {
    return node.opType().equals("Gemm") && node.intAttribute("transB").orElse(0) == 0 ? 1 : 0;
  }
}

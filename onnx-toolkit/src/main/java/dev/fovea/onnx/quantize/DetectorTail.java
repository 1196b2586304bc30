package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a detector computes behind its last convolutions: boxes of hundreds of pixels and scores of
 * 0 to 1 in one tensor. In 8 bits the step of such a tensor is some pixels, and every score becomes
 * 0 (onnxruntime issues 14233 and 10787), so this part stays in float. It is found by the graph
 * alone, since names differ from one export to the next.
 */
public final class DetectorTail {
  private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  private DetectorTail() {}

  /**
   * The first outputs of these nodes, as {@link Quantizer} wants them: from the model's outputs
   * back to nodes with weights of their own. A convolution to a single channel belongs to it: that
   * is how YOLO makes distances of distributions.
   */
  public static Set<String> of(OnnxModel model) {
    var graph = Preparation.prepare(model).graph();
    var producers = new HashMap<String, Node>();
    graph.nodes().forEach(node -> node.outputs().forEach(each -> producers.put(each, node)));
    var tail = new LinkedHashSet<String>();
    var open = new ArrayDeque<String>();
    graph.outputs().forEach(output -> open.add(output.name()));
    while (!open.isEmpty()) {
      var producer = producers.get(open.remove());
      if (producer != null
          && !isWeighted(graph, producer)
          && tail.add(Preparation.output(producer))) {
        open.addAll(producer.inputs());
      }
    }
    return tail;
  }

  private static boolean isWeighted(Graph graph, Node node) {
    if (!node.domain().isEmpty() || !WEIGHTED.contains(node.opType())) {
      return false;
    }
    return graph
        .initializer(Preparation.input(node, 1))
        .filter(weights -> !node.opType().equals("Conv") || weights.shape().getFirst() > 1)
        .isPresent();
  }
}

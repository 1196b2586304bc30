package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives each {@code Gemm} with a constant bias one element per output channel and a {@code beta} of
 * 1, by multiplying it in. ONNX Runtime's quantiser sets beta to 1 without multiplying, which
 * changes what the model computes.
 */
final class GemmBias {
  private GemmBias() {}

  static Graph normalise(Graph graph) {
    var names = new FreshNames(TensorUses.definedIn(graph));
    Map<String, Tensor> initializers = new LinkedHashMap<>();
    graph.initializers().forEach(each -> initializers.put(each.name(), each));
    var nodes = new ArrayList<Node>();
    for (var node : graph.nodes()) {
      nodes.add(Preparation.is(node, "Gemm") ? normalise(node, initializers, names) : node);
    }
    return graph.withNodes(nodes).withInitializers(List.copyOf(initializers.values()));
  }

  private static Node normalise(Node node, Map<String, Tensor> initializers, FreshNames names) {
    var weights = initializers.get(Preparation.input(node, 1));
    var bias = initializers.get(Preparation.input(node, 2));
    if (weights == null
        || weights.shape().size() != 2
        || bias == null
        || bias.type() != DataType.FLOAT) {
      return node;
    }
    int columns = node.intAttribute("transB").orElse(0) != 0 ? 0 : 1;
    int channels = Math.toIntExact(weights.shape().get(columns));
    float beta =
        node.attribute("beta").orElse(null) instanceof FloatAttribute(float given) ? given : 1;
    boolean oneRow = bias.shape().size() < 2 || bias.shape().getFirst() == 1;
    boolean fits = bias.elements() == channels || bias.elements() == 1;
    boolean done = beta == 1 && bias.shape().equals(List.of((long) channels));
    if (done || !oneRow || !fits) {
      return node;
    }
    var given = bias.floats();
    var values = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      values[channel] = beta * given[given.length == 1 ? 0 : channel];
    }
    var name = names.take(bias.name() + "_row");
    initializers.put(name, Tensor.ofFloats(name, List.of((long) channels), values));
    return node.withInputs(List.of(node.inputs().get(0), node.inputs().get(1), name))
        .with("beta", Attribute.of(1f));
  }
}

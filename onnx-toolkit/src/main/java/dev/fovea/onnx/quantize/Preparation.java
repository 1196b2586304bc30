package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.Attribute.TensorAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * Brings a float model into the form that is calibrated and quantised: constants are initializers,
 * batch normalisation is part of the convolution before it, and a {@code Gemm} adds its bias as it
 * is. The model computes the same up to rounding. Preparing twice changes nothing more.
 */
public final class Preparation {
  private Preparation() {}

  /** The prepared form; equal models have equal ones. */
  public static OnnxModel prepare(OnnxModel model) {
    var graph = constantsAsInitializers(fixedInitializers(model.graph()));
    graph = withoutIdentities(graph);
    graph = GemmBias.normalise(BatchNormFolding.fold(graph));
    return model.withGraph(TensorUses.withoutUnusedInitializers(graph));
  }

  /** Before IR version 4 every initializer was also an input, which a caller could override. */
  private static Graph fixedInitializers(Graph graph) {
    var names = new HashSet<String>();
    graph.initializers().forEach(each -> names.add(each.name()));
    var inputs = graph.inputs().stream().filter(each -> !names.contains(each.name())).toList();
    return new Graph(
        graph.name(),
        graph.nodes(),
        graph.initializers(),
        inputs,
        graph.outputs(),
        graph.valueInfos());
  }

  private static Graph constantsAsInitializers(Graph graph) {
    var uses = new TensorUses(graph);
    var initializers = new ArrayList<>(graph.initializers());
    var nodes = new ArrayList<Node>();
    for (var node : graph.nodes()) {
      var value =
          is(node, "Constant") && !uses.isOutput(node.outputs().getFirst())
              ? node.attribute("value").orElse(null)
              : null;
      var scalar =
          is(node, "Constant") && !uses.isOutput(node.outputs().getFirst())
              ? node.attribute("value_float").orElse(null)
              : null;
      if (value instanceof TensorAttribute(Tensor tensor)) {
        initializers.add(tensor.named(node.outputs().getFirst()));
      } else if (scalar instanceof FloatAttribute(float number)) {
        initializers.add(Tensor.scalar(node.outputs().getFirst(), number));
      } else {
        nodes.add(node);
      }
    }
    return graph.withNodes(nodes).withInitializers(initializers);
  }

  private static Graph withoutIdentities(Graph graph) {
    var uses = new TensorUses(graph);
    Map<String, String> origins = new HashMap<>();
    var nodes = new ArrayList<Node>();
    for (var node : graph.nodes()) {
      var renamed =
          node.withInputs(
              node.inputs().stream().map(name -> origins.getOrDefault(name, name)).toList());
      var output = node.outputs().isEmpty() ? "" : node.outputs().getFirst();
      if (is(node, "Identity") && !uses.isOutput(output) && !uses.isNested(output)) {
        origins.put(output, renamed.inputs().getFirst());
      } else {
        nodes.add(renamed);
      }
    }
    return graph.withNodes(nodes);
  }

  /** Whether a node is ONNX's own operator of that type. */
  static boolean is(Node node, String opType) {
    return node.domain().isEmpty() && node.opType().equals(opType);
  }
}

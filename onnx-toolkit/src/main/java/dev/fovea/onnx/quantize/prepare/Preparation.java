package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Attribute.TensorAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Brings a float model into the form that is calibrated and quantised: constants are initializers,
 * batch normalisation is part of the convolution before it, and a {@code Gemm} adds its bias as it
 * is. The model computes the same up to rounding. Preparing twice changes nothing more.
 */
public final class Preparation {
  /** The first version in which an initializer need not be an input too. */
  private static final long LEAST_IR_VERSION = 4;

  private Preparation() {}

  /** The prepared form; equal models have equal ones. */
  public static OnnxModel prepare(OnnxModel model) {
    var graph = GemmBias.normalise(BatchNormFolding.fold(plain(model.graph())));
    return prepared(model, graph);
  }

  /**
   * The form in which every constant is an initializer that its readers name. The model computes
   * the same to the bit.
   */
  public static OnnxModel withPlainConstants(OnnxModel model) {
    return prepared(model, plain(model.graph()));
  }

  private static Graph plain(Graph graph) {
    return withoutIdentities(constantsAsInitializers(fixedInitializers(graph)));
  }

  private static OnnxModel prepared(OnnxModel model, Graph graph) {
    return new OnnxModel(
        Math.max(model.irVersion(), LEAST_IR_VERSION),
        model.opsets(),
        model.producer(),
        TensorUses.withoutUnusedInitializers(graph),
        model.metadata());
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
      var output = output(node);
      if (!is(node, "Constant") || uses.isOutput(output)) {
        nodes.add(node);
      } else if (node.attribute("value").orElse(null) instanceof TensorAttribute(Tensor tensor)) {
        initializers.add(tensor.named(output));
      } else if (node.attribute("value_float").orElse(null)
          instanceof FloatAttribute(float value)) {
        initializers.add(Tensor.scalar(output, value));
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
      var output = output(node);
      if (is(node, "Identity") && !uses.isOutput(output) && !uses.isNested(output)) {
        origins.put(output, input(renamed, 0));
      } else {
        nodes.add(renamed);
      }
    }
    return graph.withNodes(nodes);
  }

  /** Whether a node is ONNX's own operator of that type. */
  public static boolean is(Node node, String opType) {
    return node.domain().isEmpty() && node.opType().equals(opType);
  }

  /** The name at a place of a node's inputs; empty if the node has fewer or leaves it out. */
  public static String input(Node node, int index) {
    return index < node.inputs().size() ? node.inputs().get(index) : "";
  }

  /** All names that a node reads, those that its subgraphs read of the outer graph among them. */
  public static Set<String> reads(Node node) {
    var names = new LinkedHashSet<>(node.inputs());
    for (var attribute : node.attributes().values()) {
      if (attribute instanceof GraphAttribute(Graph subgraph)) {
        subgraph.nodes().forEach(each -> names.addAll(reads(each)));
        subgraph.outputs().forEach(each -> names.add(each.name()));
      }
    }
    names.remove("");
    return names;
  }

  /** The name of a node's first output; empty if it has none. */
  public static String output(Node node) {
    return node.outputs().isEmpty() ? "" : node.outputs().getFirst();
  }
}

package dev.fovea.onnx.quantize.search;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.ElementTypes;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A float graph with each operator of its INT8 form beside it, which reads rounded float tensors.
 *
 * @param rounded by name of the float tensor what stands for it after the integer operator
 */
record IsolatedGraph(Graph graph, Map<String, String> rounded, Map<String, String> origins) {

  /** The float tensor that a name of either half stands for. */
  String of(String name) {
    return origins.getOrDefault(name, name);
  }

  static IsolatedGraph of(Graph prepared, Graph int8) {
    return new Builder(prepared, int8).built();
  }

  private static final class Builder {
    private final Graph prepared;
    private final Graph int8;
    private final FreshNames names;
    private final ElementTypes types;
    private final Set<String> computed = new HashSet<>();

    /** The float tensor by the name that the INT8 graph gives it before it is rounded. */
    private final Map<String, String> sources = new HashMap<>();

    private final Map<String, Node> quantizing = new HashMap<>();
    private final Map<String, Node> dequantizing = new HashMap<>();
    private final Map<String, String> renamed = new HashMap<>();
    private final Set<String> dequantized = new HashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, String> rounded = new LinkedHashMap<>();

    Builder(Graph prepared, Graph int8) {
      this.prepared = prepared;
      this.int8 = int8;
      types = new ElementTypes(prepared);
      var taken = new HashSet<>(TensorUses.definedIn(prepared));
      taken.addAll(TensorUses.definedIn(int8));
      names = new FreshNames(taken);
      prepared.inputs().forEach(input -> computed.add(input.name()));
      for (var node : prepared.nodes()) {
        computed.addAll(node.outputs());
      }
      for (var node : int8.nodes()) {
        if (Preparation.is(node, "QuantizeLinear")) {
          quantizing.put(node.inputs().getFirst(), node);
        } else if (Preparation.is(node, "DequantizeLinear")) {
          dequantizing.put(node.inputs().getFirst(), node);
        }
      }
      quantizing.forEach((source, node) -> {
        var pair = dequantizing.get(Preparation.output(node));
        var end = pair == null ? "" : Preparation.output(pair);
        sources.put(source, computed.contains(end) ? end : source);
      });
    }

    IsolatedGraph built() {
      nodes.addAll(prepared.nodes());
      for (var node : int8.nodes()) {
        if (Preparation.is(node, "QuantizeLinear")) {
          write(node, List.of(source(node.inputs().getFirst())));
        } else if (Preparation.is(node, "DequantizeLinear")) {
          var input = node.inputs().getFirst();
          write(node, List.of(renamed.getOrDefault(input, input)));
          dequantized.add(Preparation.output(node));
        } else if (node.inputs().stream().anyMatch(dequantized::contains) && !nests(node)) {
          write(node, node.inputs().stream().map(this::read).toList());
          round(Preparation.output(node));
        }
      }
      var origins = new HashMap<String, String>();
      rounded.forEach((tensor, end) -> origins.put(end, tensor));
      var graph =
          new Graph(
              prepared.name(),
              nodes,
              initializers(),
              prepared.inputs(),
              prepared.outputs(),
              prepared.valueInfos());
      return new IsolatedGraph(TensorUses.withoutUnusedInitializers(graph), rounded, origins);
    }

    private String source(String name) {
      return sources.getOrDefault(name, name);
    }

    /** What was rounded is read in its rounded form, everything else from the float half. */
    private String read(String name) {
      return dequantized.contains(name) ? renamed.getOrDefault(name, name) : source(name);
    }

    /** Writes a node of the INT8 graph under new names; scales and zero points keep theirs. */
    private void write(Node node, List<String> inputs) {
      var all = new ArrayList<>(inputs);
      all.addAll(node.inputs().subList(inputs.size(), node.inputs().size()));
      var outputs = new ArrayList<String>();
      for (var output : node.outputs()) {
        var name = output.isEmpty() ? "" : names.take(output + "_isolated");
        renamed.put(output, name);
        outputs.add(name);
      }
      nodes.add(new Node("", node.opType(), node.domain(), all, outputs, node.attributes()));
    }

    /** Rounds the operator's own output as the INT8 model does. */
    private void round(String output) {
      var tensor = source(output);
      if (types.of(tensor).filter(type -> type == DataType.FLOAT).isEmpty()) {
        return;
      }
      var own = renamed.getOrDefault(output, output);
      var quantize = quantizing.get(output);
      var dequantize = quantize == null ? null : dequantizing.get(Preparation.output(quantize));
      if (quantize == null || dequantize == null) {
        rounded.put(tensor, own);
        return;
      }
      var integers = names.take(output + "_isolated_integers");
      var end = names.take(output + "_isolated_rounded");
      nodes.add(copy(quantize, own, integers));
      nodes.add(copy(dequantize, integers, end));
      rounded.put(tensor, end);
    }

    private static Node copy(Node node, String input, String output) {
      var inputs = new ArrayList<>(node.inputs());
      inputs.set(0, input);
      return new Node("", node.opType(), "", inputs, List.of(output), node.attributes());
    }

    private static boolean nests(Node node) {
      return node.attributes().values().stream()
          .anyMatch(Attribute.GraphAttribute.class::isInstance);
    }

    /** Both have the weights that are in float; those in integers have names of their own. */
    private List<Tensor> initializers() {
      var all = new LinkedHashMap<String, Tensor>();
      prepared.initializers().forEach(each -> all.put(each.name(), each));
      int8.initializers().forEach(each -> all.putIfAbsent(each.name(), each));
      return List.copyOf(all.values());
    }
  }
}

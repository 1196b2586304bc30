package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.integers.Weights;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a placement into a graph: {@code QuantizeLinear} and {@code DequantizeLinear} around each
 * quantised tensor, integers and {@code DequantizeLinear} for constants. Names are those that ONNX
 * Runtime's quantiser gives, numbered where the graph has them already.
 */
final class QdqGraph {
  /** Names of the two initializers that hold a relation. */
  private record Relation(String scale, String zeroPoint) {}

  private final Graph graph;
  private final Placement placement;
  private final QuantizationProfile profile;
  private final Relations quantized;
  private final TensorUses uses;
  private final FreshNames names;

  /** ONNX Runtime refuses two nodes of one name, and exporters let nodes share equal constants. */
  private final FreshNames nodeNames;

  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Constants constants;

  /** What quantised nodes read in the place of a tensor. */
  private final Map<String, String> dequantized = new HashMap<>();

  private final Map<String, Relation> relations = new HashMap<>();
  private final Map<String, String> outputSources = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  private QdqGraph(Graph graph, Placement placement, QuantizationProfile profile) {
    this.graph = graph;
    this.placement = placement;
    this.profile = profile;
    uses = new TensorUses(graph);
    names = new FreshNames(TensorUses.definedIn(graph));
    var given = graph.nodes().stream().map(Node::name).collect(Collectors.toSet());
    nodeNames = new FreshNames(given);
    constants = new Constants(graph);
    quantized = new Relations(placement, constants, profile);
  }

  static Graph of(Graph graph, Placement placement, QuantizationProfile profile) {
    return new QdqGraph(graph, placement, profile).written();
  }

  private Graph written() {
    graph.initializers().forEach(each -> initializers.put(each.name(), each));
    writeConstants();
    nameComputed();
    for (var input : graph.inputs()) {
      writePair(input.name());
    }
    var biases = writeBiases();
    for (int i = 0; i < placement.nodes().size(); i++) {
      writeNode(placement.nodes().get(i), i, biases);
    }
    var changed = graph.withNodes(nodes).withInitializers(List.copyOf(initializers.values()));
    return TensorUses.withoutUnusedInitializers(withKnownValues(changed));
  }

  private void writeConstants() {
    placement
        .marks()
        .forEach((tensor, mark) -> {
          switch (mark) {
            case Mark.Channels(int axis) -> writeChannels(constants.load(tensor), axis);
            case Mark.Constant _ -> writeWhole(constants.load(tensor), quantized.of(tensor));
            case Mark.OwnRange _, Mark.SharedWith _ -> {}
          }
        });
  }

  private void writeChannels(Tensor weights, int axis) {
    var scales = quantized.scales(weights.name());
    var type = profile.weights().type();
    var shape = List.of((long) scales.length);
    var relation =
        relation(
            weights.name(),
            Tensor.ofFloats("", shape, scales),
            Tensor.ofBytes("", type, shape, new byte[scales.length]));
    var integers = Weights.quantize(weights, scales, axis, profile.weights());
    writeInteger(weights, Tensor.ofBytes("", type, weights.shape(), integers), relation, axis);
  }

  private void writeWhole(Tensor constant, Affine affine) {
    var relation = relation(constant.name(), affine);
    var integers =
        Tensor.ofBytes("", affine.type(), constant.shape(), Weights.quantize(constant, affine));
    writeInteger(constant, integers, relation, -1);
  }

  private void writeInteger(Tensor constant, Tensor integers, Relation relation, int axis) {
    var stored = store(constant.name() + "_quantized", integers);
    var output = names.take(constant.name() + "_DequantizeLinear_Output");
    var node =
        Node.of(
            nodeNames.take(constant.name() + "_DequantizeLinear"),
            "DequantizeLinear",
            List.of(stored, relation.scale(), relation.zeroPoint()),
            List.of(output));
    nodes.add(axis < 0 ? node : node.with("axis", Attribute.of(axis)));
    dequantized.put(constant.name(), output);
  }

  /** Fixes the names around each computed tensor before any node is written that reads it. */
  private void nameComputed() {
    for (var entry : placement.marks().entrySet()) {
      var tensor = entry.getKey();
      switch (entry.getValue()) {
        case Mark.OwnRange _ -> relations.put(tensor, relation(tensor, quantized.of(tensor)));
        case Mark.SharedWith _ -> {}
        case Mark.Constant _, Mark.Channels _ -> {
          continue;
        }
      }
      if (uses.isOutput(tensor)) {
        outputSources.put(tensor, names.take(tensor + "_QuantizeLinear_Input"));
      } else {
        dequantized.put(tensor, names.take(tensor + "_DequantizeLinear_Output"));
      }
    }
  }

  private Map<Integer, String> writeBiases() {
    var outputs = new HashMap<Integer, String>();
    for (var bias : placement.biases()) {
      var values = constants.load(bias.tensor()).floats();
      var scales =
          Weights.biasScales(quantized.of(bias.input()).scale(), quantized.scales(bias.weights()));
      var shape = List.of((long) values.length);
      var stored =
          store(
              bias.tensor() + "_quantized",
              Tensor.ofInts("", shape, Weights.quantizeBias(values, scales)));
      var scale = store(stored + "_scale", Tensor.ofFloats("", shape, scales));
      var zero = store(stored + "_zero_point", Tensor.ofInts("", shape, new int[values.length]));
      var output = names.take(bias.tensor() + "_DequantizeLinear_Output");
      nodes.add(
          Node.of(
                  nodeNames.take(bias.tensor() + "_DequantizeLinear"),
                  "DequantizeLinear",
                  List.of(stored, scale, zero),
                  List.of(output))
              .with("axis", Attribute.of(0)));
      outputs.put(bias.node(), output);
    }
    return outputs;
  }

  private void writeNode(Node node, int index, Map<Integer, String> biases) {
    boolean inFloat = placement.isInFloat(index);
    var inputs = new ArrayList<String>();
    for (var input : node.inputs()) {
      boolean asFloat = inFloat && constants.contains(input);
      inputs.add(asFloat ? input : dequantized.getOrDefault(input, input));
    }
    if (biases.containsKey(index)) {
      inputs.set(2, biases.get(index));
    }
    var outputs =
        node.outputs().stream().map(each -> outputSources.getOrDefault(each, each)).toList();
    nodes.add(node.withInputs(inputs).withOutputs(outputs));
    node.outputs().forEach(this::writePair);
  }

  private void writePair(String tensor) {
    if (!dequantized.containsKey(tensor) && !outputSources.containsKey(tensor)) {
      return;
    }
    var relation = requireNonNull(relations.get(quantized.root(tensor)));
    var integers = names.take(tensor + "_QuantizeLinear_Output");
    nodes.add(
        Node.of(
            nodeNames.take(tensor + "_QuantizeLinear"),
            "QuantizeLinear",
            List.of(
                outputSources.getOrDefault(tensor, tensor), relation.scale(), relation.zeroPoint()),
            List.of(integers)));
    nodes.add(
        Node.of(
            nodeNames.take(tensor + "_DequantizeLinear"),
            "DequantizeLinear",
            List.of(integers, relation.scale(), relation.zeroPoint()),
            List.of(dequantized.getOrDefault(tensor, tensor))));
  }

  private Relation relation(String tensor, Affine affine) {
    return relation(
        tensor,
        Tensor.scalar("", affine.scale()),
        Tensor.ofBytes("", affine.type(), List.of(), (byte) affine.zeroPoint()));
  }

  private Relation relation(String tensor, Tensor scale, Tensor zeroPoint) {
    return new Relation(store(tensor + "_scale", scale), store(tensor + "_zero_point", zeroPoint));
  }

  private String store(String wanted, Tensor tensor) {
    var name = names.take(wanted);
    initializers.put(name, tensor.named(name));
    return name;
  }

  /** Declared types of tensors that no longer exist would be refused by readers. */
  private static Graph withKnownValues(Graph graph) {
    var defined = new HashSet<String>();
    graph.nodes().forEach(node -> defined.addAll(node.outputs()));
    var known = new ArrayList<ValueInfo>();
    for (var value : graph.valueInfos()) {
      if (defined.contains(value.name())) {
        known.add(value);
      }
    }
    return new Graph(
        graph.name(), graph.nodes(), graph.initializers(), graph.inputs(), graph.outputs(), known);
  }
}

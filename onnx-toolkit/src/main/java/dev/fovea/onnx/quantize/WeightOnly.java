package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.integers.IntegerRange;
import dev.fovea.onnx.quantize.integers.Weights;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Writes the weights of convolutions and matrix products in 8 bits, each output channel with a
 * scale of its own, and computes with them in float: a quarter of the size, no calibration, and no
 * activation is rounded. It saves memory and what is read of it; it does not compute faster.
 */
public final class WeightOnly {
  private final Graph graph;
  private final Constants constants;
  private final FreshNames names;
  private final FreshNames nodeNames;
  private final Map<String, Integer> axes;
  private final Map<String, Tensor> added = new LinkedHashMap<>();
  private final Map<String, String> dequantized = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeOutcome> outcomes = new ArrayList<>();

  private WeightOnly(Graph graph) {
    this.graph = graph;
    constants = new Constants(graph);
    names = new FreshNames(TensorUses.definedIn(graph));
    nodeNames = new FreshNames(graph.nodes().stream().map(Node::name).collect(Collectors.toSet()));
    axes = axes();
  }

  /**
   * Quantises the weights. Weights that something else reads too, or that would not get smaller,
   * stay as they are; the report says of each node what became of it.
   *
   * @param model a float model
   * @throws NotQuantizable if its operator set is older than 13, it is quantised already, a weight
   *     is not finite, or it has no such weights
   */
  public static QuantizedModel quantize(OnnxModel model) {
    var prepared = Preparation.prepare(model);
    Quantizer.requireFloat(prepared);
    var weights = new WeightOnly(prepared.graph());
    var written = prepared.withGraph(weights.written());
    if (weights.dequantized.isEmpty()) {
      throw new NotQuantizable(
          "model of %d nodes: no constant weights of a Conv, Gemm or MatMul that 8 bits make smaller"
              .formatted(prepared.graph().nodes().size()),
          "Release it in float.");
    }
    var named = written.withMetadata("fovea.quantization.profile", "WEIGHT_ONLY");
    return new QuantizedModel(
        named,
        new QuantizationReport(
            weights.outcomes, OnnxWriter.size(model), OnnxWriter.size(named)));
  }

  private Graph written() {
    for (var node : graph.nodes()) {
      var weights = weights(node);
      if (!axes.containsKey(weights)) {
        nodes.add(node);
        outcomes.add(outcome(node, "its weights, if any, stay in float"));
        continue;
      }
      var inputs = new ArrayList<>(node.inputs());
      inputs.set(1, dequantized.computeIfAbsent(weights, this::write));
      nodes.add(node.withInputs(inputs));
      outcomes.add(outcome(node, "weights '%s' in INT8, computed in float".formatted(weights)));
    }
    var all = new ArrayList<>(graph.initializers());
    all.addAll(added.values());
    return TensorUses.withoutUnusedInitializers(graph.withNodes(nodes).withInitializers(all));
  }

  private static NodeOutcome outcome(Node node, String reason) {
    return new NodeOutcome.InFloat(
        node.name(), node.opType(), Preparation.output(node), reason);
  }

  private String write(String name) {
    var weights = constants.load(name);
    int axis = axes.getOrDefault(name, 0);
    var scales = Weights.scales(weights, axis, IntegerRange.INT8_SYMMETRIC);
    var integers = Weights.quantize(weights, scales, axis, IntegerRange.INT8_SYMMETRIC);
    var stored =
        store(
            name + "_quantized",
            Tensor.ofBytes("", IntegerRange.INT8_SYMMETRIC.type(), weights.shape(), integers));
    var scale =
        store(name + "_scale", Tensor.ofFloats("", List.of((long) scales.length), scales));
    var output = names.take(name + "_DequantizeLinear_Output");
    nodes.add(
        Node.of(
                nodeNames.take(name + "_DequantizeLinear"),
                "DequantizeLinear",
                // Without a zero point it is 0, of the integers' type.
                List.of(stored, scale),
                List.of(output))
            .with("axis", Attribute.of(axis)));
    return output;
  }

  private String store(String wanted, Tensor tensor) {
    var name = names.take(wanted);
    added.put(name, tensor.named(name));
    return name;
  }

  /** The axis of each constant that only weights are made of, all along the same axis. */
  private Map<String, Integer> axes() {
    var uses = new TensorUses(graph);
    var found = new HashMap<String, Integer>();
    var counts = new HashMap<String, Integer>();
    for (var node : graph.nodes()) {
      var weights = weights(node);
      var axis = axis(node, weights);
      if (axis.isPresent() && found.getOrDefault(weights, axis.getAsInt()) == axis.getAsInt()) {
        found.put(weights, axis.getAsInt());
        counts.merge(weights, 1, Integer::sum);
      }
    }
    found.keySet().removeIf(name -> uses.of(name) != counts.getOrDefault(name, 0));
    return found;
  }

  /** The name of a node's weights; empty where it has none. */
  private static String weights(Node node) {
    boolean weighted =
        Preparation.is(node, "Conv") || Preparation.is(node, "Gemm") || Preparation.is(node, "MatMul");
    var weights = Preparation.input(node, 1);
    return weighted && !weights.equals(Preparation.input(node, 0)) ? weights : "";
  }

  private OptionalInt axis(Node node, String weights) {
    Optional<Tensor> found = constants.findFloats(weights);
    boolean matrix = node.opType().equals("MatMul");
    if (found.isEmpty() || (matrix && found.get().shape().size() != 2)) {
      return OptionalInt.empty();
    }
    int axis = matrix ? 1 : Placement.axis(node);
    long channels = found.get().shape().get(axis);
    boolean smaller = found.get().elements() + Float.BYTES * channels < Float.BYTES * found.get().elements();
    return smaller ? OptionalInt.of(axis) : OptionalInt.empty();
  }
}

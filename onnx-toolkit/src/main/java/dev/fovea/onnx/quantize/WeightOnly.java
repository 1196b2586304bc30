package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

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
 *
 * <p>Scales are always along the first axis; matrices are turned for that. ONNX Runtime 1.29 makes
 * a {@code MatMulNBits} of a product whose weights have them along the second, and that rounds
 * activations to 8 bits.
 */
public final class WeightOnly {
  private final Graph graph;
  private final Constants constants;
  private final FreshNames names;
  private final FreshNames nodeNames;
  private final Map<String, Integer> axes;
  private final Map<String, Tensor> added = new LinkedHashMap<>();
  private final Map<String, String> dequantized = new HashMap<>();
  private final Map<String, String> turned = new HashMap<>();
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
        new QuantizationReport(weights.outcomes, OnnxWriter.size(model), OnnxWriter.size(named)));
  }

  private Graph written() {
    for (var node : graph.nodes()) {
      var weights = weights(node);
      if (!axes.containsKey(weights)) {
        nodes.add(node);
        outcomes.add(outcome(node, "its weights, if any, stay in float"));
        continue;
      }
      nodes.add(reading(node, weights));
      outcomes.add(outcome(node, "weights '%s' in INT8, computed in float".formatted(weights)));
    }
    var all = new ArrayList<>(graph.initializers());
    all.addAll(added.values());
    return TensorUses.withoutUnusedInitializers(graph.withNodes(nodes).withInitializers(all));
  }

  private Node reading(Node node, String weights) {
    var inputs = new ArrayList<>(node.inputs());
    inputs.set(1, dequantized.computeIfAbsent(weights, this::write));
    if (Preparation.is(node, "MatMul")) {
      inputs.set(1, turned.computeIfAbsent(weights, this::turn));
    }
    var reading = node.withInputs(inputs);
    return Preparation.is(node, "Gemm") ? reading.with("transB", Attribute.of(1)) : reading;
  }

  private String turn(String weights) {
    var output = names.take(weights + "_Transpose_Output");
    nodes.add(
        Node.of(
                nodeNames.take(weights + "_Transpose"),
                "Transpose",
                List.of(requireNonNull(dequantized.get(weights))),
                List.of(output))
            .with("perm", Attribute.ints(1, 0)));
    return output;
  }

  private static NodeOutcome outcome(Node node, String reason) {
    return new NodeOutcome.InFloat(node.name(), node.opType(), Preparation.output(node), reason);
  }

  private String write(String name) {
    var given = constants.load(name);
    var weights = axes.getOrDefault(name, 0) == 0 ? given : transposed(given);
    var scales = Weights.scales(weights, 0, IntegerRange.INT8_SYMMETRIC);
    var integers = Weights.quantize(weights, scales, 0, IntegerRange.INT8_SYMMETRIC);
    var stored =
        store(
            name + "_quantized",
            Tensor.ofBytes("", IntegerRange.INT8_SYMMETRIC.type(), weights.shape(), integers));
    var scale = store(name + "_scale", Tensor.ofFloats("", List.of((long) scales.length), scales));
    var output = names.take(name + "_DequantizeLinear_Output");
    nodes.add(
        Node.of(
                nodeNames.take(name + "_DequantizeLinear"),
                "DequantizeLinear",
                // Without a zero point it is 0, of the integers' type.
                List.of(stored, scale),
                List.of(output))
            .with("axis", Attribute.of(0)));
    return output;
  }

  private static Tensor transposed(Tensor matrix) {
    var values = matrix.floats();
    int rows = Math.toIntExact(matrix.shape().get(0));
    int columns = Math.toIntExact(matrix.shape().get(1));
    var turned = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = values[row * columns + column];
      }
    }
    return Tensor.ofFloats(matrix.name(), List.of((long) columns, (long) rows), turned);
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
        Preparation.is(node, "Conv")
            || Preparation.is(node, "Gemm")
            || Preparation.is(node, "MatMul");
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
    boolean smaller =
        found.get().elements() + Float.BYTES * channels < Float.BYTES * found.get().elements();
    return smaller ? OptionalInt.of(axis) : OptionalInt.empty();
  }
}

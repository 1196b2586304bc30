package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.calibrate.Range;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.ElementTypes;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a float model in 16 bits: weights and what is computed between them. Inputs and outputs
 * stay as they were, and so do operators whose values do not fit, or that ONNX does not define for
 * 16 bits; Casts are between them. ONNX Runtime on x86-64 computes in 32 bits all the same, so that
 * only size is gained there, and an overflow shows on other devices alone: give the ranges. An INT8
 * model may be given too: what computes in integers stays, and what is in float between becomes 16
 * bits.
 */
public final class HalfPrecision {
  /** The largest number of 16 bits. */
  public static final float LARGEST = 65_504;

  /** From here on a number is rounded to infinity. */
  private static final float OVERFLOWS = 65_520;

  /**
   * ONNX defines these for 16 bits in every operator set since 13, and ONNX Runtime's CPU provider
   * runs them: by kernels of 16 bits, or by those of 32 with casts of its own around them.
   */
  static final Set<String> OPERATORS =
      Set.of(
          "Abs",
          "Add",
          "AveragePool",
          "Clip",
          "Concat",
          "Conv",
          "ConvTranspose",
          "DepthToSpace",
          "Div",
          "Elu",
          "Erf",
          "Exp",
          "Expand",
          "Flatten",
          "Gather",
          "Gemm",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "HardSigmoid",
          "InstanceNormalization",
          "LeakyRelu",
          "Log",
          "MatMul",
          "Max",
          "MaxPool",
          "Min",
          "Mul",
          "Neg",
          "PRelu",
          "Pad",
          "Pow",
          "Reciprocal",
          "ReduceMax",
          "ReduceMean",
          "ReduceSum",
          "Relu",
          "Reshape",
          "Resize",
          "Sigmoid",
          "Slice",
          "Softmax",
          "Softplus",
          "SpaceToDepth",
          "Split",
          "Sqrt",
          "Squeeze",
          "Sub",
          "Tanh",
          "Tile",
          "Transpose",
          "Unsqueeze",
          "Where");

  private final Graph graph;
  private final Map<String, Range> ranges;
  private final Constants constants;
  private final ElementTypes types;
  private final FreshNames names;
  private final TensorUses uses;

  /** Tensors that a node of 16 bits gives out, by the name that they have in 16 bits. */
  private final Map<String, String> half = new HashMap<>();

  private final Map<String, String> asHalf = new HashMap<>();
  private final Map<String, String> asFloat = new HashMap<>();
  private final Map<String, Tensor> added = new LinkedHashMap<>();
  private final Set<String> integers = new HashSet<>();
  private final Set<String> quantized = new HashSet<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeOutcome> outcomes = new ArrayList<>();

  private HalfPrecision(Graph graph, Map<String, Range> ranges) {
    this.graph = graph;
    this.ranges = ranges;
    constants = new Constants(graph);
    types = new ElementTypes(graph);
    names = new FreshNames(TensorUses.definedIn(graph));
    uses = new TensorUses(graph);
    for (var node : graph.nodes()) {
      if (Preparation.is(node, "DequantizeLinear")) {
        integers.addAll(node.outputs());
      } else if (Preparation.is(node, "QuantizeLinear")) {
        quantized.add(Preparation.input(node, 0));
      }
    }
  }

  /**
   * The model in 16 bits.
   *
   * @param ranges of computed tensors by name in the prepared model, as calibration saw them: what
   *     reads or writes one that 16 bits cannot hold stays in float. May lack any
   * @return the report gives each node that stays in float its reason; of one that is in 16 bits it
   *     says that too
   * @throws NotQuantizable if the operator set is older than 13, a node has a subgraph, or nothing
   *     in it can be in 16 bits
   */
  public static QuantizedModel convert(OnnxModel model, Map<String, Range> ranges) {
    var prepared = Preparation.prepare(model);
    Quantizer.requireOpset(prepared);
    for (var node : prepared.graph().nodes()) {
      if (node.attributes().values().stream()
          .anyMatch(Attribute.GraphAttribute.class::isInstance)) {
        throw new NotQuantizable(
            "node '%s': %s has a graph of its own (expected: none in a model for 16 bits)"
                .formatted(node.name(), node.opType()),
            "Export the model without control flow, or release it in float or INT8.");
      }
    }
    var half = new HalfPrecision(prepared.graph(), ranges);
    var written = prepared.withGraph(half.written());
    if (half.outcomes.stream().allMatch(NodeOutcome.InFloat.class::isInstance)) {
      throw new NotQuantizable(
          "model of %d nodes: none of them can compute in 16 bits"
              .formatted(prepared.graph().nodes().size()),
          "Release it in float.");
    }
    var named = written.withMetadata("fovea.precision", "FP16");
    return new QuantizedModel(
        named,
        new QuantizationReport(half.outcomes, OnnxWriter.size(model), OnnxWriter.size(named)));
  }

  private Graph written() {
    for (var node : graph.nodes()) {
      var obstacle = obstacle(node);
      var output = Preparation.output(node);
      if (obstacle.isPresent()) {
        nodes.add(node.withInputs(node.inputs().stream().map(this::inFloat).toList()));
        outcomes.add(new NodeOutcome.InFloat(node.name(), node.opType(), output, obstacle.get()));
      } else {
        write(node);
        outcomes.add(new NodeOutcome.Quantized(node.name(), node.opType(), output));
      }
    }
    var initializers = new ArrayList<>(graph.initializers());
    initializers.addAll(added.values());
    return TensorUses.withoutUnusedInitializers(
        new Graph(
            graph.name(),
            nodes,
            initializers,
            graph.inputs(),
            graph.outputs(),
            graph.valueInfos().stream().map(this::declared).toList()));
  }

  private ValueInfo declared(ValueInfo value) {
    return value.name().equals(half.get(value.name()))
        ? new ValueInfo(value.name(), DataType.FLOAT16, value.shape())
        : value;
  }

  /** Why a node stays in float; empty if it is written in 16 bits. */
  private Optional<String> obstacle(Node node) {
    if (!node.domain().isEmpty() || !OPERATORS.contains(node.opType())) {
      return Optional.of("operator %s is not for 16 bits".formatted(node.opType()));
    }
    if (node.inputs().stream().anyMatch(integers::contains)
        || node.outputs().stream().anyMatch(quantized::contains)) {
      return Optional.of("computes in integers");
    }
    if (!isFloat(Preparation.input(node, 0)) && !node.opType().equals("Where")) {
      return Optional.of("'%s' is not known to be float".formatted(Preparation.input(node, 0)));
    }
    if (node.inputs().stream().anyMatch(input -> !input.isEmpty() && types.of(input).isEmpty())) {
      return Optional.of("an input has no known type");
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      var input = node.inputs().get(i);
      if (isHalved(node, i)) {
        var overflow = overflow(input);
        if (overflow.isPresent()) {
          return overflow;
        }
      }
    }
    return node.outputs().stream()
        .map(this::overflow)
        .flatMap(Optional::stream)
        .findFirst()
        .or(() ->
            node.outputs().stream().noneMatch(this::isFloat)
                ? Optional.of("gives no float")
                : Optional.empty());
  }

  private Optional<String> overflow(String tensor) {
    var constant = constants.findFloats(tensor);
    if (constant.isPresent()) {
      var values = constant.get().floats();
      for (int i = 0; i < values.length; i++) {
        if (Float.isFinite(values[i]) && Math.abs(values[i]) >= OVERFLOWS) {
          return Optional.of(
              "constant '%s' is %s at element %d, beyond the %.0f of 16 bits"
                  .formatted(tensor, values[i], i, LARGEST));
        }
      }
      return Optional.empty();
    }
    return Optional.ofNullable(ranges.get(tensor))
        .filter(range -> Math.max(Math.abs(range.min()), Math.abs(range.max())) > LARGEST)
        .map(range ->
            "tensor '%s' reaches from %s to %s, beyond the %.0f of 16 bits"
                .formatted(tensor, range.min(), range.max(), LARGEST));
  }

  private boolean isFloat(String tensor) {
    return types.of(tensor).filter(type -> type == DataType.FLOAT).isPresent();
  }

  /** Whether this input of a node of 16 bits is of 16 bits; the scales of a resize never are. */
  private boolean isHalved(Node node, int place) {
    return isFloat(node.inputs().get(place)) && !(node.opType().equals("Resize") && place > 0);
  }

  private void write(Node node) {
    var inputs = new ArrayList<String>();
    for (int i = 0; i < node.inputs().size(); i++) {
      var input = node.inputs().get(i);
      inputs.add(isHalved(node, i) ? inHalf(input) : inFloat(input));
    }
    var outputs = new ArrayList<String>();
    var casts = new ArrayList<Node>();
    for (var output : node.outputs()) {
      if (!isFloat(output)) {
        outputs.add(output);
      } else if (uses.isOutput(output)) {
        var name = names.take(output + "_fp16");
        half.put(output, name);
        asHalf.put(output, name);
        outputs.add(name);
        casts.add(cast(name, output, DataType.FLOAT));
      } else {
        half.put(output, output);
        outputs.add(output);
      }
    }
    nodes.add(node.withInputs(inputs).withOutputs(outputs));
    nodes.addAll(casts);
  }

  /** The name of a tensor in 16 bits, cast or converted where it is not. */
  private String inHalf(String tensor) {
    if (tensor.equals(half.get(tensor))) {
      return tensor;
    }
    return asHalf.computeIfAbsent(
        tensor,
        _ -> {
          var name = names.take(tensor + "_fp16");
          var constant = constants.find(tensor);
          if (constant.isPresent()) {
            added.put(name, halved(constant.get(), name));
          } else {
            nodes.add(cast(tensor, name, DataType.FLOAT16));
          }
          return name;
        });
  }

  /** The name of a tensor in the type that it had, cast back where it is in 16 bits. */
  private String inFloat(String tensor) {
    if (!tensor.equals(half.get(tensor))) {
      return tensor;
    }
    return asFloat.computeIfAbsent(
        tensor,
        _ -> {
          var name = names.take(tensor + "_fp32");
          nodes.add(cast(tensor, name, DataType.FLOAT));
          return name;
        });
  }

  private static Node cast(String from, String to, DataType type) {
    return Node.of("", "Cast", List.of(from), List.of(to)).with("to", Attribute.of(type.code()));
  }

  private static Tensor halved(Tensor constant, String name) {
    var values = constant.floats();
    var bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort(Float.floatToFloat16(value));
    }
    return new Tensor(name, DataType.FLOAT16, constant.shape(), bytes.flip());
  }
}

package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.calibrate.Range;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HalfPrecisionTest {
  /** 11 bits of mantissa are 66 dB; some layers add up. */
  private static final double FLOOR_DECIBELS = 50;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void computesWhatTheFloatModelComputes(long seed) {
    var model = RandomModel.of(seed);
    var inputs = IntStream.range(0, 8).mapToObj(ReferenceModel::randomInput).toList();

    var half = HalfPrecision.convert(model, Map.of());

    assertThat(half.report().inFloat()).isEmpty();
    assertThat(OnnxReader.read(OnnxWriter.bytes(half.model()))).isEqualTo(half.model());
    assertThat(half.model().graph().inputs()).isEqualTo(model.graph().inputs());
    assertThat(half.model().graph().outputs()).isEqualTo(model.graph().outputs());
    assertThat(half.model().graph().initializers())
        .noneMatch(each -> each.type() == DataType.FLOAT);
    assertThat(Measured.of(model, half.model(), inputs).decibels()).isGreaterThan(FLOOR_DECIBELS);
  }

  static Stream<String> operators() {
    return HalfPrecision.OPERATORS.stream().sorted();
  }

  /** The list of operators is what ONNX Runtime runs here, not what somebody remembers. */
  @ParameterizedTest
  @MethodSource("operators")
  void writesOnlyOperatorsThatTheRuntimeRuns(String opType) {
    var model = of(node(opType));
    var random = new Random(opType.hashCode());
    var data = new float[2 * 4 * 4 * 4];
    for (int i = 0; i < data.length; i++) {
      data[i] = 0.25f + random.nextFloat();
    }
    var input = Map.of("x", FloatTensor.of(data, 2, 4, 4, 4));

    var half = HalfPrecision.convert(model, Map.of());

    assertThat(half.report().nodes()).first().isInstanceOf(NodeOutcome.Quantized.class);
    var expected = run(model, input);
    var actual = run(half.model(), input);
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double largest = 0;
    for (float value : expected.data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.data().length; i++) {
      assertThat(Math.abs(actual.data()[i] - expected.data()[i]))
          .isLessThanOrEqualTo((float) (4e-3 * largest));
    }
  }

  @Test
  void namesConstantsThatDoNotFitAndKeepsTheirNodesInFloat() {
    var model =
        of(
            List.of(
                Node.of("loud", "Mul", List.of("x", "k"), List.of("m")),
                Node.of("back", "Mul", List.of("m", "l"), List.of("n")),
                Node.of("relu", "Relu", List.of("n"), List.of("y"))),
            Tensor.ofFloats("k", List.of(2L), 1, 70_000),
            Tensor.scalar("l", 1e-3f));
    var input = Map.of("x", FloatTensor.of(new float[] {1, 2, 3, 4}, 2, 2));

    var half = HalfPrecision.convert(model, Map.of("m", new Range(0, 280_000)));

    assertThat(half.report().inFloat())
        .extracting(NodeOutcome.InFloat::node, NodeOutcome.InFloat::reason)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(
                "loud", "constant 'k' is 70000.0 at element 1, beyond the 65504 of 16 bits"),
            org.assertj.core.api.Assertions.tuple(
                "back", "tensor 'm' reaches from 0.0 to 280000.0, beyond the 65504 of 16 bits"));
    assertThat(run(half.model(), input).data()).containsExactly(0.001f, 140, 0.003f, 280);
    assertThat(HalfPrecision.convert(model, Map.of()).report().inFloat())
        .extracting(NodeOutcome.InFloat::node)
        .containsExactly("loud");
  }

  @Test
  void keepsOtherOperatorsInFloatBetweenCasts() {
    var model =
        of(
            List.of(
                Node.of("a", "Relu", List.of("x"), List.of("a")),
                Node.of("sin", "Sin", List.of("a"), List.of("s")),
                Node.of("add", "Add", List.of("s", "a"), List.of("b")),
                Node.of("again", "Sin", List.of("b"), List.of("y"))));
    var input = Map.of("x", FloatTensor.of(new float[] {-1, 0.5f, 1}, 1, 3));

    var half = HalfPrecision.convert(model, Map.of());

    assertThat(half.model().graph().nodes())
        .extracting(Node::opType)
        .containsExactly("Cast", "Relu", "Cast", "Sin", "Cast", "Add", "Cast", "Sin");
    var expected = run(model, input).data();
    assertThat(run(half.model(), input).data())
        .usingComparatorWithPrecision(2e-3f)
        .containsExactly(expected);
  }

  @Test
  void writesWhatIntegersLeaveInFloat() {
    var model = RandomModel.of(11);
    var inputs = IntStream.range(0, 16).mapToObj(ReferenceModel::randomInput).toList();
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), inputs);
    var all = Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86).report().nodes();
    var kept = Set.of(all.get(0).output(), all.get(1).output());
    var mixed = Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86, kept);

    var half = HalfPrecision.convert(mixed.model(), ranges.ranges());

    long pairs =
        mixed.model().graph().nodes().stream()
            .filter(node -> node.opType().equals("QuantizeLinear"))
            .count();
    assertThat(half.model().graph().nodes())
        .filteredOn(node -> node.opType().equals("QuantizeLinear"))
        .hasSize((int) pairs);
    double before = Measured.of(model, mixed.model(), inputs).decibels();
    assertThat(Measured.of(model, half.model(), inputs).decibels()).isGreaterThan(before - 1);
  }

  @Test
  void refusesWhatHasNothingFor16BitsOrGraphsInside() {
    var sin = of(List.of(Node.of("s", "Sin", List.of("x"), List.of("y"))));
    var branch =
        new Graph(
            "then",
            List.of(Node.of("", "Relu", List.of("x"), List.of("t"))),
            List.of(),
            List.of(),
            List.of(new ValueInfo("t", DataType.FLOAT, List.of())),
            List.of());
    var conditional =
        of(
            List.of(
                Node.of("if", "If", List.of("c"), List.of("y"))
                    .with("then_branch", Attribute.of(branch))
                    .with("else_branch", Attribute.of(branch))),
            Tensor.ofBytes("c", DataType.BOOL, List.of(), (byte) 1));

    assertThatThrownBy(() -> HalfPrecision.convert(sin, Map.of()))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("none of them can compute in 16 bits");
    assertThatThrownBy(() -> HalfPrecision.convert(conditional, Map.of()))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("node 'if': If has a graph of its own");
  }

  private static FloatTensor run(OnnxModel model, Map<String, FloatTensor> input) {
    try (var session = InferenceSession.open(model, SessionSettings.defaults())) {
      return requireNonNull(session.run(input).get("y"));
    }
  }

  private static Node node(String opType) {
    var plain = Node.of("n", opType, List.of("x"), List.of("y"));
    var two = plain.withInputs(List.of("x", "s"));
    return switch (opType) {
      case "Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "PRelu" -> two;
      case "Concat" -> two.withInputs(List.of("x", "x")).with("axis", Attribute.of(1));
      case "Clip" -> plain.withInputs(List.of("x", "low", "high"));
      case "Conv", "ConvTranspose" -> plain.withInputs(List.of("x", "w", "b"));
      case "Gemm" -> plain.withInputs(List.of("m", "m", "v"));
      case "MatMul" -> plain.withInputs(List.of("x", "m"));
      case "AveragePool", "MaxPool" -> plain.with("kernel_shape", Attribute.ints(2, 2));
      case "DepthToSpace", "SpaceToDepth" -> plain.with("blocksize", Attribute.of(2));
      case "Expand", "Tile" -> plain.withInputs(List.of("x", "repeats"));
      case "Gather" -> plain.withInputs(List.of("x", "index"));
      case "InstanceNormalization" -> plain.withInputs(List.of("x", "v", "v"));
      case "Pad" -> plain.withInputs(List.of("x", "pads", "low"));
      case "Reshape" -> plain.withInputs(List.of("x", "shape"));
      case "Resize" -> plain.withInputs(List.of("x", "", "scales"));
      case "Slice" -> plain.withInputs(List.of("x", "zeros", "ones"));
      case "Split" -> plain.withInputs(List.of("x", "halves")).withOutputs(List.of("y", "z"));
      case "Squeeze", "Unsqueeze" -> plain.withInputs(List.of("one", "zeros"));
      case "Where" -> plain.withInputs(List.of("yes", "x", "s"));
      default -> plain;
    };
  }

  private static OnnxModel of(Node node) {
    var nodes = new ArrayList<Node>();
    nodes.add(node);
    if (node.inputs().contains("m") && node.opType().equals("Gemm")) {
      // It takes matrices: those come from the input too.
      nodes.set(0, node.withInputs(List.of("f", "m64", "v")));
      nodes.addFirst(Node.of("", "Flatten", List.of("x"), List.of("f")));
    }
    if (node.inputs().contains("one")) {
      nodes.set(0, node.withInputs(List.of("sliced", "zeros")));
      nodes.addFirst(Node.of("", "Slice", List.of("x", "zeros", "ones"), List.of("sliced")));
    }
    return of(
        nodes,
        Tensor.scalar("s", 0.5f),
        Tensor.scalar("low", 0.375f),
        Tensor.scalar("high", 0.75f),
        values("w", 4, 4, 1, 1),
        values("b", 4),
        values("v", 4),
        values("m", 4, 4),
        values("m64", 64, 4),
        Tensor.ofLongs("repeats", List.of(4L), 2, 4, 4, 4),
        Tensor.ofLongs("index", List.of(1L), 1),
        Tensor.ofLongs("pads", List.of(8L), 0, 0, 1, 1, 0, 0, 1, 1),
        Tensor.ofLongs("shape", List.of(2L), 8, -1),
        Tensor.ofFloats("scales", List.of(4L), 1, 1, 2, 2),
        Tensor.ofLongs("zeros", List.of(1L), 0),
        Tensor.ofLongs("ones", List.of(1L), 1),
        Tensor.ofLongs("halves", List.of(2L), 1, 1),
        Tensor.ofBytes("yes", DataType.BOOL, List.of(4L), (byte) 1, (byte) 0, (byte) 1, (byte) 0));
  }

  private static Tensor values(String name, long... shape) {
    int elements = 1;
    var sizes = new ArrayList<Long>();
    for (long size : shape) {
      elements *= (int) size;
      sizes.add(size);
    }
    var random = new Random(name.hashCode());
    var values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = 0.25f + random.nextFloat();
    }
    return Tensor.ofFloats(name, sizes, values);
  }

  private static OnnxModel of(List<Node> nodes, Tensor... constants) {
    var used = new ArrayList<String>();
    nodes.forEach(node -> used.addAll(node.inputs()));
    return Models.of(
        new Graph(
            "half",
            nodes,
            Stream.of(constants).filter(each -> used.contains(each.name())).toList(),
            List.of(new ValueInfo("x", DataType.FLOAT, unknown(nodes))),
            List.of(new ValueInfo("y", DataType.FLOAT, List.of())),
            List.of()));
  }

  /** The rank is part of the declaration; sizes are open. */
  private static List<Dimension> unknown(List<Node> nodes) {
    return nodes.stream()
            .anyMatch(node -> node.name().equals("n") || node.opType().equals("Flatten"))
        ? List.of(Dimension.fixed(2), Dimension.fixed(4), Dimension.fixed(4), Dimension.fixed(4))
        : List.of(Dimension.unknown(), Dimension.unknown());
  }
}

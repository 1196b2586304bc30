package dev.fovea.onnx.quantize.given;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.NodeOutcome;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.Quantizer;
import dev.fovea.onnx.quantize.ReferenceModel;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GivenQuantizationTest {
  private static final QuantizationProfile ORT = QuantizationProfile.ORT_X86;

  @Test
  void foldsWeightsToTheIntegersThatTheirNodeMakes() {
    var given = new Trained().model();
    var kept = GivenQuantization.keep(given, ORT).model();

    assertThat(count(kept, "QuantizeLinear")).isEqualTo(2);
    assertThat(count(kept, "DequantizeLinear")).isEqualTo(5);
    var integers = kept.graph().initializer("w_i").orElseThrow();
    assertThat(integers.type()).isEqualTo(DataType.INT8);
    // 0.5 and 1.5 steps to the even one; beyond the type to its ends.
    assertThat(integers.bytes()).startsWith(0, 2, 127, -128);
    assertThat(kept.graph().initializer("w")).isEmpty();
    assertThat(constants(kept)).containsAllEntriesOf(without(constants(given), "w"));
    assertThat(kept.graph().initializer("w_scale").orElseThrow().floats())
        .containsExactly(0.25f, 0.03f, 0.02f, 0.01f);
    assertThat(kept.metadata())
        .containsEntry("fovea.quantization.profile", "GIVEN")
        .containsEntry("fovea.quantization.pairs", "5");
    assertThat(OnnxReader.read(OnnxWriter.bytes(kept))).isEqualTo(kept);
    assertComputesTheSame(given, kept, 1, 1, 6, 6);
  }

  @Test
  void saysWhatComputesInIntegersAndWhatInFloat() {
    var report = GivenQuantization.keep(new Trained().model(), ORT).report();

    assertThat(report.nodes())
        .filteredOn(NodeOutcome.Quantized.class::isInstance)
        .extracting(NodeOutcome::node)
        .containsExactly("conv", "pool", "flat", "gemm");
    assertThat(report.inFloat())
        .extracting(NodeOutcome.InFloat::node, NodeOutcome.InFloat::reason)
        .containsExactly(
            tuple("relu", "input 'c' has no DequantizeLinear"),
            tuple("softmax", "input 'l' has no DequantizeLinear"));
    assertThat(report.bytesAfter()).isPositive();
  }

  @Test
  void keepingTwiceChangesNothingMore() {
    var once = GivenQuantization.keep(new Trained().model(), ORT).model();
    assertThat(GivenQuantization.keep(once, ORT).model()).isEqualTo(once);
  }

  /** ONNX Runtime's own quantiser and NNCF's, each with its bytes for integers and scales. */
  @ParameterizedTest
  @ValueSource(
      strings = {"cnn.int8", "concat.int8", "loud_bias.int8", "residual.int8", "residual.nncf"})
  void keepsEveryBitOfWhatOthersQuantised(String name) throws Exception {
    OnnxModel given;
    try (var in = ReferenceModel.class.getResourceAsStream(name + ".onnx")) {
      given = OnnxReader.read(in.readAllBytes());
    }
    assertThat(GivenQuantization.isIn(given)).isTrue();
    var kept = GivenQuantization.keep(given, ORT).model();

    assertThat(kept.graph().nodes()).containsExactlyElementsOf(given.graph().nodes());
    assertThat(constants(kept)).isEqualTo(constants(given));
    assertComputesTheSame(given, kept, 1, 3, 16, 16);
  }

  @ParameterizedTest
  @EnumSource(QuantizationProfile.class)
  void keepsEveryBitOfWhatFoveaQuantised(QuantizationProfile profile) {
    var reference = new ReferenceModel("residual");
    assertThat(GivenQuantization.isIn(reference.fp32())).isFalse();
    var given = Quantizer.quantize(reference.fp32(), reference.calibration(), profile).model();
    var kept = GivenQuantization.keep(given, profile).model();
    assertThat(kept.graph()).isEqualTo(given.graph());
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        broken(
            "scale of 0",
            t -> t.constant(Tensor.scalar("x_scale", 0f)),
            "node 'x_q': scale 0.0 at element 0 of 'x_scale' (expected: finite and above 0)"),
        broken(
            "negative scale",
            t -> t.constant(Tensor.scalar("r_scale", -1f)),
            "node 'r_q': scale -1.0 at element 0"),
        broken(
            "scale that is none",
            t -> t.constant(Tensor.ofFloats("g_scale", List.of(2L), 1, Float.NaN)),
            "node 'g_dq': scale NaN at element 1 of 'g_scale'"),
        broken(
            "endless scale",
            t -> t.constant(Tensor.scalar("x_scale", Float.POSITIVE_INFINITY)),
            "node 'x_q': scale Infinity"),
        broken(
            "scale in 64 bits",
            t -> t.constant(Tensor.ofDoubles("x_scale", List.of(), 0.1)),
            "node 'x_q': scale 'x_scale' of DOUBLE (expected: FLOAT)"),
        broken(
            "scale computed",
            t ->
                t.before("x_q", Node.of("r", "Relu", List.of("x"), List.of("x_range")))
                    .node("x_q", "QuantizeLinear", List.of("x", "x_range", "x_zero"), "x_i"),
            "node 'x_q': scale 'x_range' is computed"),
        broken(
            "scale absent",
            t -> t.node("x_q", "QuantizeLinear", List.of("x"), "x_i"),
            "node 'x_q': scale '' is computed (expected: a constant)"),
        broken(
            "scale of two axes",
            t -> t.constant(Tensor.ofFloats("x_scale", List.of(1L, 1L), 1)),
            "node 'x_q': 'x_scale' of shape [1, 1]"),
        broken(
            "scale of nothing",
            t -> t.constant(Tensor.ofFloats("x_scale", List.of(0L))),
            "node 'x_q': 'x_scale' of shape [0]"),
        broken(
            "blocks",
            t -> t.node(t.at("g_dq").with("block_size", Attribute.of(2))),
            "node 'g_dq': block_size 2 (expected: none)"),
        broken(
            "zero point of no byte",
            t -> t.constant(Tensor.ofInts("x_zero", List.of(), 300)),
            "node 'x_q': zero point 300 of INT32 at element 0 is out of range (expected: -128 to 127 of INT8 or 0 to 255 of UINT8)"),
        broken(
            "zero point of a bias",
            t -> t.constant(Tensor.ofInts("gb_zero", List.of(2L), 0, 1)),
            "node 'gb_dq': zero point 1 of INT32 at element 1 is out of range (expected: 0, as of a bias)"),
        broken(
            "zero point of 16 bits",
            t ->
                t.constant(Tensor.ofBytes("x_zero", DataType.INT16, List.of(), (byte) 0, (byte) 0)),
            "node 'x_q': integers of INT16 (expected: INT8 or UINT8)"),
        broken(
            "type of 16 bits",
            t ->
                t.node(
                    Node.of("x_q", "QuantizeLinear", List.of("x", "x_scale"), List.of("x_i"))
                        .with("output_dtype", Attribute.of(4))),
            "node 'x_q': integers of UINT16"),
        broken(
            "type of none",
            t ->
                t.node(
                    Node.of("x_q", "QuantizeLinear", List.of("x", "x_scale"), List.of("x_i"))
                        .with("output_dtype", Attribute.of(99))),
            "node 'x_q': output_dtype 99"),
        broken(
            "fewer zero points",
            t -> t.constant(Tensor.ofBytes("g_zero", DataType.INT8, List.of(1L), new byte[1])),
            "node 'g_dq': 2 scales and 1 zero points"),
        broken(
            "another type of integers",
            t -> t.constant(Tensor.ofBytes("g_zero", DataType.UINT8, List.of(2L), new byte[2])),
            "node 'g_dq': zero point of UINT8 and integers 'g_integers' of INT8"),
        broken(
            "axis beyond",
            t -> t.node(t.at("g_dq").with("axis", Attribute.of(2))),
            "node 'g_dq': axis 2 of 'g_integers' with 2 axes (expected: -2 to 1)"),
        broken(
            "axis before",
            t -> t.node(t.at("w_q").with("axis", Attribute.of(-5))),
            "node 'w_q': axis -5 of 'w' with 4 axes"),
        broken(
            "axis of another length",
            t -> t.node(t.at("w_q").with("axis", Attribute.of(2))),
            "node 'w_q': 4 scales along axis 2 of 'w' [4, 1, 3, 3] (expected: 3)"),
        broken(
            "axis of the pair's other end",
            t -> square(t),
            "node 'g_dq': scale 0.5, zero point 0 of INT8 and 1 more along axis 1 (expected: as node 'g_q' has: "),
        broken(
            "scale of the pair's other end",
            t ->
                t.constant(Tensor.scalar("o", 0.021f))
                    .node("x_dq", "DequantizeLinear", List.of("x_i", "o", "x_zero"), "x_f"),
            "node 'x_dq': scale 0.021, zero point 128 of UINT8 (expected: as node 'x_q' has: scale 0.02, zero point 128 of UINT8)"),
        broken(
            "scales of an activation's channels",
            t ->
                t.constant(Tensor.ofFloats("x_scale", List.of(2L), 1, 1))
                    .constant(Tensor.ofBytes("x_zero", DataType.UINT8, List.of(2L), new byte[2])),
            "node 'x_q': 2 scales for the computed tensor 'x'"),
        broken(
            "quantised twice",
            t ->
                t.before(
                        "conv",
                        Node.of(
                            "again",
                            "QuantizeLinear",
                            List.of("x_f", "x_scale", "x_zero"),
                            List.of("x_j")))
                    .before(
                        "conv",
                        Node.of(
                            "again_dq",
                            "DequantizeLinear",
                            List.of("x_j", "x_scale", "x_zero"),
                            List.of("x_g")))
                    .node("conv", "Conv", List.of("x_g", "w_f", "b"), "c"),
            "node 'again': quantises 'x_f' a second time, after node 'x_dq'"),
        broken(
            "integers quantised",
            t -> t.node("w_q", "QuantizeLinear", List.of("g_integers", "x_scale", "x_zero"), "w_i"),
            "node 'w_q': constant 'g_integers' of INT8 (expected: FLOAT)"),
        broken(
            "not dequantised",
            t -> t.without("x_dq").node("conv", "Conv", List.of("x_i", "w_f", "b"), "c"),
            "node 'x_q': 'x_i' is read by 1, of which DequantizeLinear are 0"),
        broken(
            "read by another too",
            t -> t.node("flat", "Flatten", List.of("r_i"), "f"),
            "node 'r_q': 'r_i' is read by 2, of which DequantizeLinear are 1"),
        broken(
            "dequantised alone",
            t ->
                t.without("x_q")
                    .node("x_dq", "DequantizeLinear", List.of("x", "x_scale", "x_zero"), "x_f"),
            "node 'x_dq': 'x' comes from no QuantizeLinear"),
        broken(
            "weights alone",
            t ->
                t.node("conv", "Conv", List.of("x", "w_f", "b"), "c")
                    .without("x_q")
                    .without("x_dq"),
            "node 'conv': Conv of 'w_f' is quantised, 'x' is not (expected: both or neither)"),
        broken(
            "input alone",
            t -> t.node("conv", "Conv", List.of("x_f", "w", "b"), "c"),
            "node 'conv': Conv of 'x_f' is quantised, 'w' is not (expected: both or neither)"),
        broken(
            "input alone, behind a pool",
            t ->
                t.constant(Tensor.ofFloats("g", List.of(2L, 16L), new float[32]))
                    .node(
                        Node.of("gemm", "Gemm", List.of("f", "g"), List.of("l"))
                            .with("transB", Attribute.of(1))),
            "node 'gemm': Gemm of 'f' is quantised, 'g' is not"),
        broken(
            "scale of the bias",
            t ->
                t.constant(Tensor.ofFloats("gb_scale", List.of(2L), 0.05f * 0.01f, 0.05f * 0.021f)),
            "node 'gemm': bias 'gb_f' has the scale 0.00105 in channel 1 (expected: 0.001"),
        broken(
            "weight that is none",
            t -> t.constant(Tensor.ofFloats("w", List.of(4L, 1L, 3L, 3L), nan())),
            "node 'w_q', constant tensor 'w': NaN at element 35"),
        broken(
            "another form",
            t ->
                t.node("softmax", "QLinearSoftmax", List.of("l", "x_scale", "x_zero"), "y")
                    .node(
                        new Node(
                            "softmax",
                            "QLinearSoftmax",
                            "com.microsoft",
                            List.of("l", "x_scale", "x_zero"),
                            List.of("y"),
                            Map.of())),
            "node 'softmax': QLinearSoftmax of com.microsoft (expected: ONNX's QuantizeLinear"),
        broken(
            "integers by operator",
            t -> t.node("softmax", "DynamicQuantizeLinear", List.of("l"), "y"),
            "node 'softmax': DynamicQuantizeLinear (expected"),
        broken(
            "in a branch",
            t ->
                t.node(
                    Node.of("softmax", "If", List.of("l"), List.of("y"))
                        .with("then_branch", Attribute.of(branch()))),
            "node 'inner': QuantizeLinear in a graph inside node 'softmax'"),
        broken("old operators", t -> t.opset(12), "operator set 12 (expected: >= 13"),
        broken(
            "a node without a name",
            t ->
                t.without("x_q")
                    .before("x_dq", Node.of("", "QuantizeLinear", List.of("x"), List.of("x_i"))),
            "QuantizeLinear of 'x_i': scale ''"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void refusesWithTheNode(String name, UnaryOperator<Trained> change, String message) {
    var model = change.apply(new Trained()).model();
    assertThat(GivenQuantization.isIn(model)).isTrue();
    assertThatThrownBy(() -> GivenQuantization.keep(model, ORT))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesWhatTensorRtCannotCompute() {
    assertThatThrownBy(
            () -> GivenQuantization.keep(new Trained().model(), QuantizationProfile.TENSORRT))
        .isInstanceOf(NotQuantizable.class)
        .hasMessage(
            "node 'x_q': scale 0.02, zero point 128 of UINT8 (expected: INT8 with a zero point of 0, which TensorRT needs)");
  }

  @Test
  void countsAxesFromTheEndAndLeavesOutZeroPoints() {
    var given =
        new Trained()
            .node(
                Trained.along(
                    -4, "w_q", "QuantizeLinear", List.of("w", "w_scale", "w_zero"), "w_i"))
            .node("r_q", "QuantizeLinear", List.of("r", "r_scale"), "r_i")
            .node("r_dq", "DequantizeLinear", List.of("r_i", "r_scale"), "r_f")
            .model();
    var kept = GivenQuantization.keep(given, ORT).model();
    assertComputesTheSame(given, kept, 1, 1, 6, 6);
  }

  @Test
  void aLongWayOfMovesIsNoLongWork() {
    var trained = new Trained();
    var last = "p";
    for (int i = 0; i < 20_000; i++) {
      var next = "m" + i;
      trained.node(next, "Flatten", List.of(last), next);
      last = next;
    }
    var model = trained.model();
    long begun = System.nanoTime();
    GivenQuantization.keep(model, ORT);
    assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);
  }

  private static Arguments broken(String name, UnaryOperator<Trained> change, String message) {
    return Arguments.of(name, change, message);
  }

  /** Weights of two rows and two columns, quantised along one and read along the other. */
  private static Trained square(Trained trained) {
    var scales = List.of("g", "g_scale", "g_zero");
    return trained
        .constant(Tensor.ofFloats("g", List.of(2L, 2L), 1, 2, 3, 4))
        .constant(Tensor.ofFloats("g_scale", List.of(2L), 0.5f, 1))
        .before("g_dq", Trained.along(0, "g_q", "QuantizeLinear", scales, "g_i"))
        .node(
            Trained.along(
                1, "g_dq", "DequantizeLinear", List.of("g_i", "g_scale", "g_zero"), "g_f"));
  }

  private static Graph branch() {
    var value = ValueInfo.fixed("z", DataType.UINT8, 1, 2);
    var node = Node.of("inner", "QuantizeLinear", List.of("l", "x_scale", "x_zero"), List.of("z"));
    return new Graph("branch", List.of(node), List.of(), List.of(), List.of(value), List.of());
  }

  private static float[] nan() {
    var values = new float[36];
    values[35] = Float.NaN;
    return values;
  }

  private static long count(OnnxModel model, String opType) {
    return model.graph().nodes().stream().filter(each -> each.opType().equals(opType)).count();
  }

  private static Map<String, Tensor> constants(OnnxModel model) {
    return model.graph().initializers().stream().collect(Collectors.toMap(Tensor::name, t -> t));
  }

  private static Map<String, Tensor> without(Map<String, Tensor> constants, String name) {
    constants.remove(name);
    return constants;
  }

  /** Bit by bit, as ONNX Runtime's reference kernels compute both. */
  private static void assertComputesTheSame(OnnxModel given, OnnxModel kept, long... shape) {
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    var chance = new Random(9);
    int elements = 1;
    for (long size : shape) {
      elements *= (int) size;
    }
    var output = given.graph().outputs().getFirst().name();
    try (var before = InferenceSession.open(given, settings);
        var after = InferenceSession.open(kept, settings)) {
      for (int run = 0; run < 8; run++) {
        var pixels = new float[elements];
        for (int i = 0; i < pixels.length; i++) {
          pixels[i] = (float) chance.nextGaussian();
        }
        var fed = Map.of("x", FloatTensor.of(pixels, shape));
        assertThat(after.run(fed).get(output).data())
            .containsExactly(before.run(fed).get(output).data());
      }
    }
  }
}

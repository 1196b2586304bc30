package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
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
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.session.FloatTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TensorRtPlacementTest {
  private static final QuantizationProfile TENSORRT = QuantizationProfile.TENSORRT;

  @Test
  void putsPairsAtInputsOfProductsAndPoolsAndAtTheShortcutOfASum() {
    var int8 = quantized(network(), Set.of()).model();

    assertThat(int8.graph().nodes())
        .extracting(TensorRtPlacementTest::written)
        .containsExactly(
            "DQ w1_quantized w1_scale w1_zero_point axis 0",
            "DQ w2_quantized w2_scale w2_zero_point axis 0",
            "DQ w3_quantized w3_scale w3_zero_point axis 0",
            "DQ w4_quantized w4_scale w4_zero_point axis 0",
            "DQ w5_quantized w5_scale w5_zero_point axis 0",
            "Q x x_scale x_zero_point",
            "DQ x_QuantizeLinear_Output x_scale x_zero_point",
            "Conv x_DequantizeLinear_Output w1_DequantizeLinear_Output b1",
            "Relu c1",
            "Q r1 r1_scale r1_zero_point",
            "DQ r1_QuantizeLinear_Output r1_scale r1_zero_point",
            "Conv r1_DequantizeLinear_Output w2_DequantizeLinear_Output b2",
            "Add c2 r1_DequantizeLinear_Output",
            "Relu s",
            "Q r2 r2_scale r2_zero_point",
            "DQ r2_QuantizeLinear_Output r2_scale r2_zero_point",
            "Conv r2_DequantizeLinear_Output w3_DequantizeLinear_Output b3",
            "Sigmoid c3",
            "Concat g r2_DequantizeLinear_Output",
            "Q k k_scale k_zero_point",
            "DQ k_QuantizeLinear_Output k_scale k_zero_point",
            "Conv k_DequantizeLinear_Output w4_DequantizeLinear_Output b4",
            "Q c4 c4_scale c4_zero_point",
            "DQ c4_QuantizeLinear_Output c4_scale c4_zero_point",
            "GlobalAveragePool c4_DequantizeLinear_Output",
            "Flatten a",
            "Q f f_scale f_zero_point",
            "DQ f_QuantizeLinear_Output f_scale f_zero_point",
            "Gemm f_DequantizeLinear_Output w5_DequantizeLinear_Output b5");
    assertThat(int8.graph().inputs()).isEqualTo(network().graph().inputs());
    assertThat(int8.graph().outputs()).isEqualTo(network().graph().outputs());
  }

  @Test
  void isSignedAndSymmetricWithBiasesInFloat() {
    var model = network();
    var ranges = ranges(model);
    var int8 = quantized(model, Set.of()).model().graph();

    assertThat(int8.initializers())
        .filteredOn(tensor -> tensor.name().endsWith("_zero_point"))
        .hasSize(11)
        .allSatisfy(zero -> {
          assertThat(zero.type()).isEqualTo(DataType.INT8);
          assertThat(zero.bytes()).containsOnly(0);
        });
    assertThat(int8.initializers())
        .filteredOn(tensor -> tensor.name().endsWith("_quantized"))
        .hasSize(5)
        .allSatisfy(weights -> {
          assertThat(weights.type()).isEqualTo(DataType.INT8);
          // The whole range but for -128, by which it would not be symmetric; nothing is reduced.
          assertThat(weights.bytes()).doesNotContain(Byte.MIN_VALUE);
          assertThat(weights.bytes()).containsAnyOf((byte) 127, (byte) -127);
        });
    for (int i = 1; i <= 5; i++) {
      assertThat(int8.initializer("b" + i)).isEqualTo(model.graph().initializer("b" + i));
      int channels =
          Math.toIntExact(model.graph().initializer("w" + i).orElseThrow().shape().getFirst());
      assertThat(int8.initializer("w" + i + "_scale").orElseThrow().shape())
          .containsExactly((long) channels);
    }
    assertThat(scale(int8, "x"))
        .isEqualTo(
            (float)
                (2.0
                    * Math.max(-ranges.ranges().get("x").min(), ranges.ranges().get("x").max())
                    / 254));
    assertThat(scale(int8, "k")).as("joined without rescaling").isEqualTo(scale(int8, "r2"));
    assertThat(scale(int8, "r1")).isNotEqualTo(scale(int8, "r2"));
  }

  @Test
  void saysWhatItLeavesToTensorRt() {
    var report = quantized(network(), Set.of("c4")).report();

    assertThat(report.inFloat())
        .extracting(NodeOutcome.InFloat::output, outcome -> outcome.reason().split(":")[0])
        .containsExactly(
            tuple("r1", "Relu has no Q and DQ of its own"),
            tuple("r2", "Relu has no Q and DQ of its own"),
            tuple("g", "Sigmoid has no Q and DQ of its own"),
            tuple("k", "Concat has no Q and DQ of its own"),
            tuple("c4", "kept in float on request"),
            tuple("f", "Flatten has no Q and DQ of its own"));
  }

  @Test
  void readsConstantsAsTheyAreInNodesKeptInFloat() {
    var int8 = quantized(network(), Set.of("c4")).model().graph();

    assertThat(int8.producerOf("c4").orElseThrow().inputs()).containsExactly("k", "w4", "b4");
  }

  @Test
  void takesTheShallowerOfTwoConvolutionsForTheShortcut() {
    for (boolean swapped : new boolean[] {false, true}) {
      var nodes =
          List.of(
              Node.of("", "Conv", List.of("x", "w1"), List.of("a")),
              Node.of("", "Conv", List.of("a", "w2"), List.of("b")),
              Node.of("", "Conv", List.of("x", "w3"), List.of("c")),
              Node.of("", "Add", swapped ? List.of("c", "b") : List.of("b", "c"), List.of("y")));
      var weights = Tensor.ofFloats("", List.of(3L, 3L, 1L, 1L), 1, 0, 0, 0, -2, 0, 0, 0, 3);
      var model =
          Models.of(
              new Graph(
                  "block",
                  nodes,
                  List.of(weights.named("w1"), weights.named("w2"), weights.named("w3")),
                  List.of(Models.image("x", 3)),
                  List.of(Models.image("y", 3)),
                  List.of()));

      var add = quantized(model, Set.of()).model().graph().producerOf("y").orElseThrow();

      assertThat(add.inputs()).containsExactlyInAnyOrder("b", "c_DequantizeLinear_Output");
    }
  }

  @ParameterizedTest
  // 43, 55, 40 and 64 dB: outputs are rounded only where the next product reads them.
  @CsvSource({"cnn, 40", "residual, 50", "concat, 36", "loud_bias, 58"})
  void computesWhatTheFloatModelComputes(String name, double decibels) {
    var model = new ReferenceModel(name).fp32();
    var int8 = quantized(model, Set.of()).model();

    var measured = Measured.of(model, int8, examples());

    assertThat(measured.decibels()).isGreaterThan(decibels);
  }

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void computesWhatRandomModelsCompute(int seed) {
    var model = RandomModel.of(seed);
    var int8 = quantized(model, Set.of()).model();

    assertThat(int8.graph().inputs()).isEqualTo(model.graph().inputs());
    assertThat(int8.graph().outputs()).isEqualTo(model.graph().outputs());
    assertThat(OnnxReader.read(OnnxWriter.bytes(int8))).isEqualTo(int8);
    assertThat(int8.graph().initializers()).noneMatch(tensor -> tensor.type() == DataType.INT32);
    assertThat(Measured.of(model, int8, examples()).decibels()).isGreaterThan(25);
  }

  private static QuantizedModel quantized(OnnxModel model, Set<String> keptInFloat) {
    return Quantizer.quantize(model, ranges(model), TENSORRT, keptInFloat);
  }

  private static CalibrationRanges ranges(OnnxModel model) {
    return Calibration.collect(model, CalibrationMethod.minMax(), examples());
  }

  private static List<Map<String, FloatTensor>> examples() {
    return IntStream.range(0, 16).mapToObj(ReferenceModel::randomInput).toList();
  }

  private static float scale(Graph graph, String tensor) {
    return graph.initializer(tensor + "_scale").orElseThrow().floats()[0];
  }

  private static String written(Node node) {
    var opType =
        switch (node.opType()) {
          case "QuantizeLinear" -> "Q";
          case "DequantizeLinear" -> "DQ";
          default -> node.opType();
        };
    var axis = opType.equals("DQ") ? node.intAttribute("axis") : OptionalLong.empty();
    return opType
        + " "
        + String.join(" ", node.inputs())
        + (axis.isPresent() ? " axis " + axis.getAsLong() : "");
  }

  /** A residual block, a gate, a concatenation, an average and a classifier. */
  private static OnnxModel network() {
    var nodes =
        List.of(
            conv("x", 1),
            Node.of("", "Relu", List.of("c1"), List.of("r1")),
            conv("r1", 2),
            Node.of("", "Add", List.of("c2", "r1"), List.of("s")),
            Node.of("", "Relu", List.of("s"), List.of("r2")),
            conv("r2", 3),
            Node.of("", "Sigmoid", List.of("c3"), List.of("g")),
            Node.of("", "Concat", List.of("g", "r2"), List.of("k")).with("axis", Attribute.of(1)),
            conv("k", 4),
            Node.of("", "GlobalAveragePool", List.of("c4"), List.of("a")),
            Node.of("", "Flatten", List.of("a"), List.of("f")),
            Node.of("", "Gemm", List.of("f", "w5", "b5"), List.of("y"))
                .with("transB", Attribute.of(1)));
    var random = new Random(1);
    var constants = new ArrayList<Tensor>();
    constants.add(random(random, "w1", 4, 3, 3, 3));
    constants.add(random(random, "w2", 4, 4, 3, 3));
    constants.add(random(random, "w3", 6, 4, 3, 3));
    constants.add(random(random, "w4", 8, 10, 3, 3));
    constants.add(random(random, "w5", 5, 8));
    for (int i = 1; i <= 5; i++) {
      constants.add(random(random, "b" + i, constants.get(i - 1).shape().getFirst()));
    }
    return Models.of(
        new Graph(
            "network",
            nodes,
            constants,
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, 3, 16, 16)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, 5)),
            List.of()));
  }

  private static Node conv(String input, int number) {
    return Node.of("", "Conv", List.of(input, "w" + number, "b" + number), List.of("c" + number))
        .with("pads", Attribute.ints(1, 1, 1, 1));
  }

  private static Tensor random(Random random, String name, long... shape) {
    var values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 4;
    }
    return Tensor.ofFloats(name, Arrays.stream(shape).boxed().toList(), values);
  }
}

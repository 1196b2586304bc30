package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.NodeOutcome.Absorbed;
import dev.fovea.onnx.quantize.NodeOutcome.InFloat;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.OrtOptimiser;
import dev.fovea.onnx.session.SessionSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizerTest {
  private static final QuantizationProfile X86 = QuantizationProfile.ORT_X86;

  @ParameterizedTest
  // Q at the input and DQ at the output; one more pair where c3 is scaled anew for its Relu.
  @CsvSource({"cnn, 2", "residual, 2", "concat, 4", "loud_bias, 2"})
  void leavesNoOperatorInFloatOnceOnnxRuntimeHasFusedTheModel(String name, long conversions) {
    var reference = new ReferenceModel(name);
    var int8 = Quantizer.quantize(reference.fp32(), reference.calibration(), X86).model();

    var fused = OrtOptimiser.optimise(int8, Optimisation.EXTENDED).graph();

    var opTypes = fused.nodes().stream().map(node -> node.opType()).collect(Collectors.toSet());
    assertThat(opTypes)
        .contains("QLinearConv")
        .doesNotContain(
            "Conv", "Gemm", "MatMul", "Relu", "Clip", "Add", "Mul", "Sigmoid", "Concat");
    assertThat(fused.nodes())
        .filteredOn(node -> node.opType().endsWith("uantizeLinear"))
        .hasSize((int) conversions);
  }

  @Test
  void saysWhatBecameOfEachNode() {
    var reference = new ReferenceModel("cnn");

    var report = Quantizer.quantize(reference.fp32(), reference.calibration(), X86).report();

    assertThat(report.nodes()).hasSize(8);
    assertThat(report.inFloat()).isEmpty();
    assertThat(report.nodes())
        .filteredOn(Absorbed.class::isInstance)
        .containsExactly(
            new Absorbed("node_r1", "Relu", "r1"), new Absorbed("node_r2", "Clip", "r2"));
    assertThat(report.bytesBefore()).isEqualTo(OnnxWriter.size(reference.fp32()));
    assertThat(report.bytesAfter()).isBetween(1L, report.bytesBefore() - 1);
  }

  @Test
  void keepsNodesInFloatOnRequest() {
    var reference = new ReferenceModel("cnn");

    var int8 =
        Quantizer.quantize(reference.fp32(), reference.calibration(), X86, Set.of("c2", "y"));

    assertThat(int8.report().inFloat())
        .extracting(InFloat::output, InFloat::reason)
        .containsExactly(
            tuple("c2", "kept in float on request"),
            tuple("r2", "input 'c2' is not quantised"),
            tuple("p2", "input 'r2' is not quantised"),
            tuple("f", "input 'p2' is not quantised"),
            tuple("y", "kept in float on request"));
    var weights = int8.model().graph().initializer("c2_w");
    assertThat(weights).contains(reference.fp32().graph().initializer("c2_w").orElseThrow());
  }

  @Test
  void givesEqualBytesForEqualInputs() {
    var reference = new ReferenceModel("concat");
    var first = Quantizer.quantize(reference.fp32(), reference.calibration(), X86);
    var second = Quantizer.quantize(reference.fp32(), reference.calibration(), X86);

    assertThat(OnnxWriter.bytes(second.model())).isEqualTo(OnnxWriter.bytes(first.model()));
  }

  @Test
  void usesHalfOfTheWeightsRangeWithoutVnni() {
    var reference = new ReferenceModel("cnn");
    var profile = QuantizationProfile.ORT_X86_WITHOUT_VNNI;

    var int8 = Quantizer.quantize(reference.fp32(), reference.calibration(), profile).model();

    var weights = int8.graph().initializer("c1_w_quantized").orElseThrow().bytes();
    for (byte weight : weights) {
      assertThat(weight).isBetween((byte) -64, (byte) 64);
    }
    assertThat(weights).contains((byte) 64);
  }

  @Test
  void keepsAClipWhoseLowerBoundIntegersWouldPass() {
    var model = Models.clip(1, 6);
    var input = Map.of("x", FloatTensor.of(new float[] {-2, 0.5f, 3, 9}, 1, 1, 2, 2));
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), List.of(input));

    var int8 = Quantizer.quantize(model, ranges, X86);

    assertThat(int8.report().nodes()).noneMatch(Absorbed.class::isInstance);
    // ONNX Runtime's quantiser drops this Clip, and its model answers 0 and 0.518 first.
    try (var session = InferenceSession.open(int8.model(), SessionSettings.defaults())) {
      assertThat(session.run(input).get("y").data())
          .usingComparatorWithPrecision(6 / 255f)
          .containsExactly(1, 1, 3, 6);
    }
  }

  @Test
  void givesEachOfTwoConvolutionsABiasOfItsOwn() {
    var input = Map.of("x", FloatTensor.of(new float[] {-8, 0, 8, 16}, 1, 1, 2, 2));
    var ranges = Calibration.collect(Models.twins(), CalibrationMethod.minMax(), List.of(input));

    var int8 = Quantizer.quantize(Models.twins(), ranges, X86).model();

    assertThat(int8.graph().initializers())
        .extracting(Tensor::name)
        .contains("b_quantized", "b_quantized_1", "w_quantized")
        .doesNotContain("b", "w");
    try (var session = InferenceSession.open(int8, SessionSettings.defaults())) {
      assertThat(session.run(input).get("y").data())
          .usingComparatorWithPrecision(12 / 255f)
          .containsExactly(4, 6, 8, 10);
    }
  }

  @Test
  void multipliesBetaIntoTheBiasOfAGemm() {
    var model = Models.gemm(3);
    var input = Map.of("x", FloatTensor.of(new float[] {1, -1}, 1, 2));
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), List.of(input));

    var int8 = Quantizer.quantize(model, ranges, X86).model();

    // ONNX Runtime's quantiser forgets the factor, and its model answers 0.34, 3.75 and 7.16.
    try (var session = InferenceSession.open(int8, SessionSettings.defaults())) {
      assertThat(session.run(input).get("y").data())
          .usingComparatorWithPrecision(87 / 255f)
          .containsExactly(27, 57, 87);
    }
  }

  @Test
  void refusesTheCalibrationOfAnotherModel() {
    var cnn = new ReferenceModel("cnn").fp32();
    var other = new ReferenceModel("residual").calibration();

    assertThatThrownBy(() -> Quantizer.quantize(cnn, other, X86))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageMatching(
            "calibration of [0-9a-f]{8} \\(expected: of this model, [0-9a-f]{8}\\)");
  }

  @Test
  void refusesAModelThatIsQuantisedAlready() {
    var reference = new ReferenceModel("cnn");

    assertThatThrownBy(() -> Quantizer.quantize(reference.int8(), reference.calibration(), X86))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("in a model to quantise");
  }

  @Test
  void refusesAnOperatorSetWithoutScalesByChannel() {
    var reference = new ReferenceModel("cnn");
    OnnxModel old = reference.fp32().withOpset("", 12);

    assertThatThrownBy(() -> Quantizer.quantize(old, reference.calibration(), X86))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageStartingWith("operator set 12 (expected: >= 13");
  }

  @Test
  void refusesToKeepAnUnknownNodeInFloat() {
    var reference = new ReferenceModel("cnn");

    assertThatThrownBy(() ->
            Quantizer.quantize(reference.fp32(), reference.calibration(), X86, Set.of("nope")))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("output 'nope'");
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    var reference = new ReferenceModel("cnn");
    var graph = reference.fp32().graph();
    var broken = graph.initializer("c1_w").orElseThrow();
    var values = broken.floats();
    values[5] = Float.POSITIVE_INFINITY;
    var model =
        reference
            .fp32()
            .withGraph(graph.replacing(Tensor.ofFloats("c1_w", broken.shape(), values)));
    var ranges =
        new CalibrationRanges(
            Models.digest(model), Models.digest(model), "min-max", 1, reference.ranges());

    assertThatThrownBy(() -> Quantizer.quantize(model, ranges, X86))
        .isInstanceOf(NotQuantizable.class)
        .hasMessage("constant tensor 'c1_w': Infinity at element 5 (expected: finite)");
  }
}

package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.precision.Parity;
import dev.fovea.onnx.precision.ParityResult;
import dev.fovea.onnx.precision.Tolerance;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our quantiser against ONNX Runtime 1.29.0's quantize_static on committed models. */
class QuantizerReferenceTest {

  static Stream<ReferenceModel> models() {
    return Stream.of("cnn", "residual", "concat", "loud_bias").map(ReferenceModel::new);
  }

  @ParameterizedTest
  @MethodSource("models")
  void storesTheScalesZeroPointsAndIntegersOfOnnxRuntimeBitByBit(ReferenceModel reference) {
    var ours = quantized(reference).model();

    assertThat(constants(ours)).containsExactlyInAnyOrderEntriesOf(constants(reference.int8()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void quantisesTheTensorsThatOnnxRuntimeQuantises(ReferenceModel reference) {
    var ours = quantized(reference).model();

    assertThat(nodeCounts(ours)).isEqualTo(nodeCounts(reference.int8()));
    assertThat(quantizedTensors(ours)).isEqualTo(quantizedTensors(reference.int8()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void answersWhatOnnxRuntimesModelAnswers(ReferenceModel reference) {
    var settings = SessionSettings.defaults();
    try (var ours = InferenceSession.open(quantized(reference).model(), settings);
        var theirs = InferenceSession.open(reference.int8(), settings)) {
      for (int seed = 0; seed < 8; seed++) {
        var input = ReferenceModel.randomInput(seed);
        var result =
            Parity.compare(theirs.run(input), ours.run(input), new Tolerance(0, 0, 1 - 1e-12));
        assertThat(result).as(result.describe()).isInstanceOf(ParityResult.Agree.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void findsTheRangesOfOnnxRuntimesCalibrater(ReferenceModel reference) {
    var found =
        Calibration.collect(reference.fp32(), CalibrationMethod.minMax(), reference.examples());

    assertThat(found.batches()).isEqualTo(4);
    reference
        .ranges()
        .forEach((tensor, range) -> {
          // Another processor may sum in another order.
          var tolerance = within(1e-4f * Math.max(range.max(), -range.min()));
          assertThat(found.ranges()).containsKey(tensor);
          assertThat(found.ranges().get(tensor).min()).isCloseTo(range.min(), tolerance);
          assertThat(found.ranges().get(tensor).max()).isCloseTo(range.max(), tolerance);
        });
  }

  @ParameterizedTest
  @MethodSource("models")
  void runsWithoutOptimisationToo(ReferenceModel reference) {
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    try (var ours = InferenceSession.open(quantized(reference).model(), settings);
        var theirs = InferenceSession.open(reference.int8(), settings)) {
      var input = ReferenceModel.randomInput(99);
      assertThat(ours.run(input)).isEqualTo(theirs.run(input));
    }
  }

  private static QuantizedModel quantized(ReferenceModel reference) {
    return Quantizer.quantize(
        reference.fp32(), reference.calibration(), QuantizationProfile.ORT_X86);
  }

  /**
   * Every initializer by name, as type and bytes. Shapes may differ: ours has no zero-axis
   * oddities.
   */
  private static Map<String, String> constants(OnnxModel model) {
    return model.graph().initializers().stream()
        .collect(
            Collectors.toMap(
                Tensor::name, QuantizerReferenceTest::content, (a, b) -> a, TreeMap::new));
  }

  private static String content(Tensor tensor) {
    var values =
        switch (tensor.type()) {
          case FLOAT -> java.util.Arrays.toString(tensor.floats());
          case INT32 -> java.util.Arrays.toString(tensor.ints());
          default -> java.util.Arrays.toString(tensor.bytes());
        };
    return tensor.type() + values;
  }

  private static Map<String, Long> nodeCounts(OnnxModel model) {
    return model.graph().nodes().stream()
        .collect(Collectors.groupingBy(node -> node.opType(), TreeMap::new, Collectors.counting()));
  }

  private static java.util.Set<String> quantizedTensors(OnnxModel model) {
    return model.graph().nodes().stream()
        .filter(node -> node.opType().equals("QuantizeLinear"))
        .map(node -> node.inputs().getFirst())
        .collect(Collectors.toSet());
  }
}

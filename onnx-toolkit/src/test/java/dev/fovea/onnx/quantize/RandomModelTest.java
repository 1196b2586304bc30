package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomModelTest {
  private static final int CALIBRATION_INPUTS = 16;

  /**
   * An 8-bit step is 1/255 of a range: its noise is about 45 dB below a signal that seldom reaches
   * the ends. Of these 60 networks half have 44 dB or more left at the output and the worst has 29;
   * a wrong scale, zero point or name leaves below 10. The inputs are those of the calibration, so
   * that nothing is clipped.
   */
  private static final double FLOOR_DECIBELS = 25;

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void computesWhatTheFloatModelComputes(int seed) {
    var model = RandomModel.of(seed);
    var examples =
        IntStream.range(0, CALIBRATION_INPUTS).mapToObj(ReferenceModel::randomInput).toList();
    var ranges = Calibration.collect(model, CalibrationMethod.minMax(), examples);

    var int8 = Quantizer.quantize(model, ranges, QuantizationProfile.ORT_X86);

    assertThat(int8.report().inFloat()).isEmpty();
    assertThat(OnnxReader.read(OnnxWriter.bytes(int8.model()))).isEqualTo(int8.model());
    var plain = SessionSettings.defaults().with(Optimisation.NONE);
    try (var before = InferenceSession.open(model, plain);
        var after = InferenceSession.open(int8.model(), plain);
        var fused = InferenceSession.open(int8.model(), SessionSettings.defaults())) {
      var ratio = new SignalToNoise();
      var fusedRatio = new SignalToNoise();
      for (var input : examples) {
        var expected = before.run(input).get("y").data();
        ratio.add(expected, after.run(input).get("y").data());
        fusedRatio.add(expected, fused.run(input).get("y").data());
      }
      assertThat(ratio.decibels()).isGreaterThan(FLOOR_DECIBELS);
      assertThat(fusedRatio.decibels()).isGreaterThan(FLOOR_DECIBELS);
    }
  }
}

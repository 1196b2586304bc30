package dev.fovea.onnx.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.quantize.calibrate.CalibrationRanges;
import dev.fovea.onnx.quantize.calibrate.Range;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

class QuantizationNoiseTest {
  private final ReferenceModel reference = new ReferenceModel("cnn");

  @Test
  void measuresEachQuantisedTensorAndTheOutputAsACallerSeesIt() {
    var int8 = quantized(reference.calibration());

    var noise = QuantizationNoise.byTensor(reference.fp32(), int8.model(), reference.examples());

    assertThat(noise).containsOnlyKeys("r1", "p1", "r2", "p2", "f", "y");
    assertThat(noise.values()).allMatch(decibels -> decibels > 25 && decibels < 60);
    var plain = SessionSettings.defaults().with(Optimisation.NONE);
    var seen = new SignalToNoise();
    try (var before = InferenceSession.open(reference.fp32(), plain);
        var after = InferenceSession.open(int8.model(), plain)) {
      for (var example : reference.examples()) {
        seen.add(before.run(example).get("y").data(), after.run(example).get("y").data());
      }
    }
    assertThat(noise.get("y")).isCloseTo(seen.decibels(), within(1e-3));
  }

  @Test
  void showsTheTensorWhoseRangeIsTooNarrow() {
    var right = reference.calibration();
    var ranges = new HashMap<>(right.ranges());
    ranges.put("r1", new Range(0, right.ranges().get("r1").max() / 10));
    var wrong =
        quantized(new CalibrationRanges(right.model(), right.data(), right.method(), 4, ranges));

    var noise = QuantizationNoise.byTensor(reference.fp32(), wrong.model(), reference.examples());

    assertThat(noise.get("r1")).isLessThan(10);
  }

  private QuantizedModel quantized(CalibrationRanges ranges) {
    return Quantizer.quantize(reference.fp32(), ranges, QuantizationProfile.ORT_X86);
  }
}

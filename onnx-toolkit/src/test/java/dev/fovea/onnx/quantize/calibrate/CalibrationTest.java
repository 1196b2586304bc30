package dev.fovea.onnx.quantize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.RefusedTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final CalibrationMethod MIN_MAX = CalibrationMethod.minMax();

  @Test
  void namesTheTensorAndPlaceThatIsNotFinite() {
    var good = input(1, 2, 3, 4);
    var bad = input(1, 2, Float.NaN, 4);

    assertThatThrownBy(() -> Calibration.collect(Models.clip(0, 6), MIN_MAX, List.of(good, bad)))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageMatching(
            "calibration batch 1 \\(from 0\\), tensor '[cxy]': NaN at element 2 \\(expected: finite\\)");
  }

  @Test
  void refusesAnOverflowInsideTheModel() {
    var model = Models.gemm(1);
    var huge = Map.of("x", FloatTensor.of(new float[] {Float.MAX_VALUE, Float.MAX_VALUE}, 1, 2));

    assertThatThrownBy(() -> Calibration.collect(model, MIN_MAX, List.of(huge)))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("tensor 'y': Infinity at element 0");
  }

  @Test
  void refusesNoExamples() {
    assertThatThrownBy(() -> Calibration.collect(Models.clip(0, 6), MIN_MAX, List.of()))
        .isInstanceOf(NotQuantizable.class)
        .hasMessage("calibration: 0 batches (expected: >= 1)");
  }

  @Test
  void refusesAnExampleOfAnotherShape() {
    var flat = Map.of("x", FloatTensor.of(new float[4], 4));

    assertThatThrownBy(() -> Calibration.collect(Models.clip(0, 6), MIN_MAX, List.of(flat)))
        .isInstanceOf(RefusedTensor.class)
        .hasMessage("input 'x': shape [4] (expected: [-1, 1, -1, -1], -1 is any size)");
  }

  @Test
  void readsItsWrittenFormBack() {
    var ranges =
        Calibration.collect(Models.clip(0, 6), MIN_MAX, List.of(input(0.1f, -7, 1e-30f, 3)));

    var read = CalibrationRanges.parse(ranges.json());

    assertThat(read).isEqualTo(ranges);
    assertThat(read.digest()).isEqualTo(ranges.digest());
    assertThat(ranges.ranges()).containsEntry("c", new Range(-7, 3));
  }

  @Test
  void tellsOtherDataByItsDigest() {
    var model = Models.clip(0, 6);
    var first = Calibration.collect(model, MIN_MAX, List.of(input(1, 2, 3, 4)));
    var again = Calibration.collect(model, MIN_MAX, List.of(input(1, 2, 3, 4)));
    var other = Calibration.collect(model, MIN_MAX, List.of(input(1, 3, 2, 4)));

    assertThat(again).isEqualTo(first);
    assertThat(other.ranges()).isEqualTo(first.ranges());
    assertThat(other.data()).isNotEqualTo(first.data());
  }

  @Test
  void clipsOutliersByPercentile() {
    var observer = RangeObserver.of(CalibrationMethod.percentile(99));
    var values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 10_000f;
    }
    values[9_999] = 40;
    observer.observe(values);

    assertThat(observer.range().min()).isCloseTo(0.005f, within(64f / 2048));
    assertThat(observer.range().max()).isCloseTo(0.995f, within(64f / 2048));
  }

  @Test
  void findsTheSamePercentileInWhateverOrderValuesCome() {
    var rising = RangeObserver.of(CalibrationMethod.percentile(99.9));
    var falling = RangeObserver.of(CalibrationMethod.percentile(99.9));
    for (int i = 1; i <= 4_000; i++) {
      rising.observe(new float[] {i * i, -i});
      falling.observe(new float[] {-(4_001 - i), (4_001 - i) * (4_001 - i)});
    }

    assertThat(rising.range()).isEqualTo(falling.range());
    assertThat(rising.range().max()).isBetween(15_800_000f, 16_000_000f);
  }

  @Test
  void keepsEverythingAtAHundredPercent() {
    var observer = RangeObserver.of(CalibrationMethod.percentile(100));
    observer.observe(new float[] {-3, 0, 0, 100});
    observer.observe(new float[] {});

    assertThat(observer.range()).isEqualTo(new Range(-3, 100));
  }

  @Test
  void countsZerosAndSubnormalsWithoutARange() {
    var observer = RangeObserver.of(CalibrationMethod.percentile(99));
    observer.observe(new float[] {0, 0, Float.MIN_VALUE, -Float.MIN_VALUE});

    assertThat(observer.range()).isEqualTo(new Range(-Float.MIN_VALUE, Float.MIN_VALUE));
  }

  private static Map<String, FloatTensor> input(float... values) {
    return Map.of("x", FloatTensor.of(values, 1, 1, 2, 2));
  }
}

package dev.fovea.onnx.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.precision.ParityResult.Agree;
import dev.fovea.onnx.precision.ParityResult.Disagree;
import dev.fovea.onnx.session.FloatTensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParityTest {
  private static final Tolerance TIGHT = new Tolerance(0.01, 0.01, 0.999);

  @Test
  void agreesWithItself() {
    var output = FloatTensor.of(new float[] {1, -2, 3}, 3);

    var result = compare(output, output, new Tolerance(0, 0, 1));

    assertThat(result).isInstanceOf(Agree.class);
    assertThat(result.differences().getFirst().maxAbsolute()).isZero();
    assertThat(result.describe()).startsWith("The outputs agree.\noutput 'y': max abs 0.00");
  }

  @Test
  void saysWhereAndHowFarTheWorstElementIsOff() {
    var expected = FloatTensor.of(new float[] {1, 2, 3, 4, 5, 8}, 2, 3);
    var actual = FloatTensor.of(new float[] {1, 2, 3, 4, 6, 8}, 2, 3);

    var difference = compare(expected, actual, TIGHT).differences().getFirst();

    assertThat(difference.maxAbsolute()).isEqualTo(1);
    assertThat(difference.maxRelative()).isEqualTo(1 / 8.0);
    assertThat(difference.worstIndex()).containsExactly(1L, 1L);
    assertThat(difference.expectedThere()).isEqualTo(5);
    assertThat(difference.actualThere()).isEqualTo(6);
    // |expected|^2 = 119, |actual|^2 = 130, their product 124, the difference's norm 1.
    assertThat(difference.cosine()).isCloseTo(124 / Math.sqrt(119 * 130.0), within(1e-12));
    assertThat(difference.decibels()).isCloseTo(10 * Math.log10(119), within(1e-12));
  }

  @Test
  void explainsADisagreementWithValues() {
    var result =
        compare(
            FloatTensor.of(new float[] {1, 2}, 2), FloatTensor.of(new float[] {1, 2.5f}, 2), TIGHT);

    assertThat(result.describe())
        .isEqualTo(
            """
            The outputs disagree (allowed: max abs 0.01, max rel 0.01, cosine >= 0.999).
            output 'y': max abs 0.500, max rel 0.250, cosine 0.996546, SNR 13.0 dB, worst at [1]: 2.5 (expected: 2.0)\
            """);
  }

  @Test
  void failsOnEachLimitByItself() {
    var expected = FloatTensor.of(new float[] {100, 0}, 2);
    var actual = FloatTensor.of(new float[] {100, 10}, 2);

    assertThat(compare(expected, actual, new Tolerance(10, 0.1, 0.99))).isInstanceOf(Agree.class);
    assertThat(compare(expected, actual, new Tolerance(9.9, 0.1, 0.99)))
        .isInstanceOf(Disagree.class);
    assertThat(compare(expected, actual, new Tolerance(10, 0.09, 0.99)))
        .isInstanceOf(Disagree.class);
    assertThat(compare(expected, actual, new Tolerance(10, 0.1, 0.999)))
        .isInstanceOf(Disagree.class);
  }

  @Test
  void takesNanForNanAndAnInfinityForTheSameOne() {
    float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1};

    assertThat(compare(FloatTensor.of(values, 4), FloatTensor.of(values.clone(), 4), TIGHT))
        .isInstanceOf(Agree.class);
  }

  @Test
  void failsWhereOnlyOneIsNotFinite() {
    var loose = Tolerance.relative(1e9);
    var expected = FloatTensor.of(new float[] {1, 2, Float.POSITIVE_INFINITY, Float.NaN}, 4);
    var actual = FloatTensor.of(new float[] {1, Float.NaN, Float.NEGATIVE_INFINITY, Float.NaN}, 4);

    var result = compare(expected, actual, loose);

    assertThat(result).isInstanceOf(Disagree.class);
    assertThat(result.differences().getFirst().nonFinite()).isEqualTo(2);
    assertThat(result.describe()).contains("2 elements NaN or infinite in only one");
  }

  @Test
  void failsOnASilentReferenceThatIsAnswered() {
    var result =
        compare(FloatTensor.of(new float[2], 2), FloatTensor.of(new float[] {0, 1e-9f}, 2), TIGHT);

    assertThat(result).isInstanceOf(Disagree.class);
    assertThat(result.differences().getFirst().maxRelative()).isInfinite();
    assertThat(result.differences().getFirst().cosine()).isZero();
  }

  @Test
  void namesMissingUnexpectedAndMisshapenOutputs() {
    var two = FloatTensor.of(new float[2], 2);
    var row = FloatTensor.of(new float[2], 1, 2);

    var result = Parity.compare(Map.of("a", two, "b", two), Map.of("b", row, "c", two), TIGHT);

    assertThat(((Disagree) result).reasons())
        .containsExactlyInAnyOrder(
            "output 'a': missing",
            "output 'b': shape [1, 2] (expected: [2])",
            "output 'c': not expected");
  }

  @Test
  void agreesOnEmptyOutputsAndRefusesNone() {
    var none = FloatTensor.of(new float[0], 0, 4);

    assertThat(compare(none, none, TIGHT)).isInstanceOf(Agree.class);
    assertThatThrownBy(() -> Parity.compare(Map.of(), Map.of(), TIGHT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void measuresNoiseOverAllSamplesTogether() {
    var ratio = new SignalToNoise();
    ratio.add(new float[] {3}, new float[] {3});
    ratio.add(new float[] {4}, new float[] {3.5f});

    assertThat(ratio.decibels()).isCloseTo(20, within(1e-12));
    assertThat(SignalToNoise.decibels(new float[] {1}, new float[] {1}))
        .isCloseTo(20 * Math.log10(1 / Math.ulp(1.0)), within(1e-9));
    assertThatThrownBy(() -> ratio.add(new float[1], new float[2]))
        .hasMessage("signals: 1 and 2 elements (expected: equal)");
  }

  @Test
  void refusesTolerancesThatMeanNothing() {
    for (var wrong :
        List.<double[]>of(
            new double[] {-1, 0, 0}, new double[] {0, Double.NaN, 0}, new double[] {0, 0, 1.1})) {
      assertThatThrownBy(() -> new Tolerance(wrong[0], wrong[1], wrong[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static ParityResult compare(
      FloatTensor expected, FloatTensor actual, Tolerance tolerance) {
    return Parity.compare(Map.of("y", expected), Map.of("y", actual), tolerance);
  }
}

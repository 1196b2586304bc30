package dev.fovea.onnx.quantize.integers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightsTest {
  private static final IntegerRange SIGNED = IntegerRange.INT8_SYMMETRIC;

  @Test
  void scalesEachChannelByItsLargestMagnitude() {
    var weights = Tensor.ofFloats("w", List.of(2L, 3L), -1.27f, 0, 0.5f, 0, 254, 0);

    assertThat(Weights.scales(weights, 0, SIGNED)).containsExactly(0.01f, 2);
    assertThat(Weights.quantize(weights, new float[] {0.01f, 2}, 0, SIGNED))
        .containsExactly(-127, 0, 50, 0, 127, 0);
  }

  @Test
  void scalesColumnsAlongTheSecondAxis() {
    var weights = Tensor.ofFloats("w", List.of(2L, 3L), 1.27f, 0, 2.54f, -0.01f, 127, 0);

    assertThat(Weights.scales(weights, 1, SIGNED)).containsExactly(0.01f, 1, 0.02f);
    assertThat(Weights.quantize(weights, new float[] {0.01f, 1, 0.02f}, 1, SIGNED))
        .containsExactly(127, 0, 127, -1, 127, 0);
  }

  @Test
  void countsABiasInStepsOfTheProductOfTheScales() {
    var scales = Weights.biasScales(0.5f, new float[] {0.25f, 2});

    assertThat(scales).containsExactly(0.125f, 1);
    assertThat(Weights.quantizeBias(new float[] {0.1875f, -2.5f}, scales)).containsExactly(2, -2);
  }

  @Test
  void clipsABiasThatDoesNotFit() {
    assertThat(Weights.quantizeBias(new float[] {1e9f, -1e9f}, new float[] {1e-9f, 1e-9f}))
        .containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE);
  }

  @Test
  void raisesTheScaleOfWeightsUntilTheBiasFits() {
    var scales = new float[] {1e-12f, 1};
    var bias = new float[] {30, 30};

    Weights.makeRoomForBias(scales, 0.5f, bias);

    // 1.0001 * 2 * 30 / (2^32 - 2) is the least scale of the bias; half of that is the input's
    // part.
    assertThat(scales[0]).isEqualTo(2.7942471E-8f);
    assertThat(scales[1]).isEqualTo(1);
    assertThat(Weights.quantizeBias(bias, Weights.biasScales(0.5f, scales))[0])
        .isBetween(2_147_000_000, Integer.MAX_VALUE - 1);
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    var weights = Tensor.ofFloats("conv.weight", List.of(1L, 2L), 1, Float.NaN);

    assertThatThrownBy(() -> Weights.scales(weights, 0, SIGNED))
        .isInstanceOf(NotQuantizable.class)
        .hasMessage("constant tensor 'conv.weight': NaN at element 1 (expected: finite)");
  }
}

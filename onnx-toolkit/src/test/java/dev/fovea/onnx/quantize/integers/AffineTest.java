package dev.fovea.onnx.quantize.integers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.graph.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Expected values were measured with onnxruntime.quantization.quant_utils of ONNX Runtime 1.29.0.
 */
class AffineTest {

  @ParameterizedTest
  @CsvSource({
    "1, 3, UINT8, 0.011764706, 0",
    "-3, -1, UINT8, 0.011764706, 255",
    "-1, 1, UINT8, 0.007843138, 128",
    "-1, 1, INT8, 0.007843138, 0",
    "-0.1, 1.6777216E7, UINT8, 65793.01, 0",
    "-3.2099555, 3.8579397, UINT8, 0.027717235, 116",
  })
  void coversTheRangeAndZeroWithAllIntegers(
      float min, float max, IntegerRange integers, float scale, int zeroPoint) {
    assertThat(Affine.asymmetric(min, max, integers))
        .isEqualTo(new Affine(scale, zeroPoint, integers.type()));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, INT8_SYMMETRIC, 0.007874016, 0",
    "-0.5, 1, INT8_SYMMETRIC, 0.007874016, 0",
    "-1, 1, INT8_REDUCED, 0.015625, 0",
    "-1, 1, UINT8, 0.007843138, 128",
  })
  void isSymmetricAboutZeroWhenAsked(
      float min, float max, IntegerRange integers, float scale, int zeroPoint) {
    assertThat(Affine.symmetric(min, max, integers))
        .isEqualTo(new Affine(scale, zeroPoint, integers.type()));
  }

  @Test
  void takesAScaleOfOneWhereTheRangeHasNoWidth() {
    assertThat(Affine.asymmetric(0, 0, IntegerRange.UINT8))
        .isEqualTo(new Affine(1, 0, DataType.UINT8));
    assertThat(Affine.symmetric(0, Float.MIN_VALUE, IntegerRange.INT8_SYMMETRIC))
        .isEqualTo(new Affine(1, 0, DataType.INT8));
  }

  @Test
  void keepsTheScaleFiniteForTheWidestRange() {
    assertThat(Affine.asymmetric(-Float.MAX_VALUE, Float.MAX_VALUE, IntegerRange.UINT8).scale())
        .isEqualTo(2.668881E36f);
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0", "1.5, 2", "2.5, 2", "-0.5, 0", "-1.5, -2", "-2.5, -2"})
  void roundsTiesToEven(float real, int integer) {
    assertThat(new Affine(1, 0, DataType.INT8).quantize(real)).isEqualTo(integer);
  }

  @Test
  void clipsToTheFullTypeEvenWhenTheScaleLeavesOutAnEnd() {
    var relation = Affine.symmetric(-1, 1, IntegerRange.INT8_SYMMETRIC);

    assertThat(relation.quantize(-2)).isEqualTo(-128);
    assertThat(relation.quantize(2)).isEqualTo(127);
    assertThat(new Affine(1, 3, DataType.UINT8).quantize(Float.MAX_VALUE)).isEqualTo(255);
    assertThat(new Affine(1, 3, DataType.UINT8).quantize(-Float.MAX_VALUE)).isZero();
  }
}

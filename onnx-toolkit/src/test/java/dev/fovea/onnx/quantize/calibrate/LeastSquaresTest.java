package dev.fovea.onnx.quantize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.integers.IntegerRange;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ranges by least error, against what the values themselves say. */
class LeastSquaresTest {
  private static final int VALUES = 40_000;

  /** Shapes of activations. */
  enum Shape {
    GAUSS,
    RELU,
    LAPLACE,
    HEAVY,
    SHIFTED,
    NEGATIVE,
    OUTLIER;

    float[] values(long seed) {
      var chance = new Random(seed);
      var values = new float[VALUES];
      for (int i = 0; i < VALUES; i++) {
        double normal = chance.nextGaussian();
        double tail = -Math.log(1 - chance.nextDouble()) * Math.signum(normal);
        values[i] =
            (float)
                switch (this) {
                  case GAUSS -> normal;
                  case RELU -> Math.max(0, normal);
                  case LAPLACE -> tail;
                  case HEAVY -> normal / Math.sqrt(chance.nextDouble() + 1e-4);
                  case SHIFTED -> 3 + normal / 2;
                  case NEGATIVE -> -Math.abs(tail);
                  case OUTLIER -> i == 7 ? 60 : normal;
                };
      }
      return values;
    }
  }

  private static Range range(CalibrationMethod method, float[] values) {
    var observer = RangeObserver.of(method);
    observer.observe(values);
    return observer.range();
  }

  /** By each value itself. */
  private static double meanSquare(float[] values, Range range) {
    var affine = Affine.asymmetric(range.min(), range.max(), IntegerRange.UINT8);
    double sum = 0;
    for (float value : values) {
      double error = (double) value - affine.dequantize(affine.quantize(value));
      sum += error * error;
    }
    return sum / values.length;
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void errorIsAsSmallAsThatOfAnyRangeOfAFineGrid(Shape shape) {
    // A quarter of them: each of 4,096 ranges is tried on every value.
    var values = Arrays.copyOf(shape.values(11), VALUES / 4);
    var seen = range(CalibrationMethod.minMax(), values);
    double least = Double.POSITIVE_INFINITY;
    for (double low = 1; low > 0.01; low *= 0.93) {
      for (double high = 1; high > 0.01; high *= 0.93) {
        var candidate =
            new Range(
                (float) (Math.min(0, seen.min()) * low), (float) (Math.max(0, seen.max()) * high));
        least = Math.min(least, meanSquare(values, candidate));
      }
    }
    var found = range(CalibrationMethod.meanSquare(), values);
    assertThat(meanSquare(values, found)).isLessThan(least * 1.03);
    assertThat(meanSquare(values, found)).isLessThanOrEqualTo(meanSquare(values, seen) * 1.001);
  }

  @Test
  void tailsAreClippedAndBoundedValuesAreNot() {
    // Clipped, it alone would be a greater error than the rounding of all others.
    assertThat(range(CalibrationMethod.meanSquare(), Shape.OUTLIER.values(3)).max())
        .isGreaterThan(50);
    assertThat(range(CalibrationMethod.meanSquare(), Shape.LAPLACE.values(3)).max())
        .isLessThan(range(CalibrationMethod.minMax(), Shape.LAPLACE.values(3)).max() * 0.98f);
    var even = new float[VALUES];
    for (int i = 0; i < VALUES; i++) {
      even[i] = i / (float) VALUES;
    }
    assertThat(range(CalibrationMethod.meanSquare(), even).max()).isGreaterThan(0.95f);
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void neitherOrderNorBatchesMatter(Shape shape) {
    var values = shape.values(5);
    for (var method : List.of(CalibrationMethod.meanSquare())) {
      var backwards = RangeObserver.of(method);
      for (int end = values.length; end > 0; end -= 1_000) {
        var batch = Arrays.copyOfRange(values, end - 1_000, end);
        for (int i = 0; i < batch.length / 2; i++) {
          float swapped = batch[i];
          batch[i] = batch[batch.length - 1 - i];
          batch[batch.length - 1 - i] = swapped;
        }
        backwards.observe(batch);
      }
      assertThat(backwards.range()).as(method.describe()).isEqualTo(range(method, values));
    }
  }

  @Test
  void tensorsWithoutARangeKeepWhatWasSeen() {
    for (var method : List.of(CalibrationMethod.meanSquare())) {
      assertThat(range(method, new float[0])).isEqualTo(new Range(0, 0));
      assertThat(range(method, new float[100])).isEqualTo(new Range(0, 0));
      assertThat(range(method, new float[] {3, 3})).isEqualTo(new Range(3, 3));
      assertThat(range(method, new float[] {-2, -2})).isEqualTo(new Range(-2, -2));
      var subnormal = range(method, new float[] {0, Float.MIN_VALUE, -Float.MIN_VALUE});
      assertThat(subnormal.min()).isLessThanOrEqualTo(0);
      var large = range(method, new float[] {-Float.MAX_VALUE, 1, Float.MAX_VALUE});
      assertThat(large.min()).isFinite();
      assertThat(large.max()).isFinite();
    }
  }
}

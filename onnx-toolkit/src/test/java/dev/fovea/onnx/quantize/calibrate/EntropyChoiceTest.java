package dev.fovea.onnx.quantize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.quantize.calibrate.EntropyChoice.Divergences;
import dev.fovea.onnx.quantize.calibrate.LeastSquaresTest.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges by least loss of information, against the formula written out bin by bin. */
class EntropyChoiceTest {
  private static final List<CalibrationMethod> METHODS =
      List.of(CalibrationMethod.entropy(false), CalibrationMethod.entropy(true));

  private static Range range(CalibrationMethod method, float... values) {
    var observer = RangeObserver.of(method);
    observer.observe(values);
    return observer.range();
  }

  /**
   * P and Q as Migacz has them, and the sum of P log(P/Q). Nothing is shared with the code under
   * test: each bin finds its level by itself.
   */
  private static double divergence(long[] counts, int begin, int end, int levels) {
    int width = end - begin;
    var p = new double[width];
    var inLevel = new double[levels];
    var usedInLevel = new int[levels];
    for (int bin = 0; bin < counts.length; bin++) {
      p[Math.clamp(bin - begin, 0, width - 1)] += counts[bin];
    }
    for (int bin = 0; bin < width; bin++) {
      int level = (int) ((long) bin * levels / width);
      inLevel[level] += counts[begin + bin];
      usedInLevel[level] += p[bin] > 0 ? 1 : 0;
    }
    var q = new double[width];
    for (int bin = 0; bin < width; bin++) {
      int level = (int) ((long) bin * levels / width);
      q[bin] = p[bin] > 0 ? inLevel[level] / usedInLevel[level] : 0;
    }
    double sumP = Arrays.stream(p).sum();
    double sumQ = Arrays.stream(q).sum();
    double divergence = 0;
    for (int bin = 0; bin < width; bin++) {
      if (p[bin] > 0) {
        divergence += p[bin] / sumP * Math.log(p[bin] / sumP / (q[bin] / sumQ));
      }
    }
    return divergence;
  }

  @Test
  void divergencesAreThoseOfTheFormula() {
    var chance = new Random(5);
    for (int run = 0; run < 300; run++) {
      var counts = new long[20 + chance.nextInt(400)];
      for (int bin = 0; bin < counts.length; bin++) {
        counts[bin] = chance.nextInt(4) == 0 ? 0 : chance.nextInt(1 << (1 + chance.nextInt(20)));
      }
      int begin = chance.nextInt(counts.length / 2);
      int end = begin + 2 + chance.nextInt(counts.length - begin - 1);
      int levels = 1 + chance.nextInt(end - begin);
      double expected = divergence(counts, begin, end, levels);
      double found = Divergences.of(counts).of(begin, end, levels);
      if (Double.isFinite(expected)) {
        assertThat(found).isCloseTo(expected, within(1e-9));
      } else {
        assertThat(found).isInfinite();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void findsTheThresholdThatTheFormulaFinds(Shape shape) {
    var values = shape.values(11);
    assertThat(range(CalibrationMethod.entropy(true), values)).isEqualTo(searched(values, true));
    assertThat(range(CalibrationMethod.entropy(false), values)).isEqualTo(searched(values, false));
  }

  /** By trying each threshold; levels lie to both sides of 0, or only where values are. */
  private static Range searched(float[] values, boolean symmetric) {
    var seen = range(CalibrationMethod.minMax(), values);
    float largest = Math.max(Math.abs(seen.min()), Math.abs(seen.max()));
    double width = Math.scalb(1.0, Math.getExponent(largest) + 1) / 2048;
    var counts = new long[4096];
    for (float value : values) {
      if (value != 0) {
        counts[(int) Math.floor(value / width) + 2048]++;
      }
    }
    double least = Double.POSITIVE_INFINITY;
    double threshold = 0;
    for (int reach = 2048; reach > 0; reach--) {
      double low =
          symmetric ? -reach : Math.max(-reach, Math.floor(Math.min(0, seen.min() / width)));
      double high =
          symmetric ? reach : Math.min(reach, Math.floor(Math.max(-1, seen.max() / width)) + 1);
      if ((reach - 1) * width > largest || high - low < 256) {
        continue;
      }
      double found = divergence(counts, 2048 + (int) low, 2048 + (int) high, 256);
      if (found < least - 1e-12) {
        least = found;
        threshold = reach * width;
      }
    }
    return new Range(
        (float) Math.max(seen.min(), -threshold), (float) Math.min(seen.max(), threshold));
  }

  @Test
  void clipsOutliersThatMinMaxKeeps() {
    var values = Shape.GAUSS.values(3);
    values[7] = 20;
    for (var method : METHODS) {
      assertThat(range(method, values).max()).as(method.describe()).isBetween(2.5f, 8f);
      assertThat(range(method, values).min()).as(method.describe()).isBetween(-8f, -2.5f);
    }
    assertThat(range(CalibrationMethod.minMax(), values).max()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000})
  void zerosDoNotCount(int more) {
    var values = Shape.LAPLACE.values(3);
    var padded = Arrays.copyOf(values, values.length * (1 + more / 10) + more);
    for (var method : METHODS) {
      assertThat(range(method, padded)).isEqualTo(range(method, values));
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void neitherOrderNorBatchesMatter(Shape shape) {
    var values = shape.values(5);
    for (var method : METHODS) {
      var backwards = RangeObserver.of(method);
      for (int end = values.length; end > 0; end -= 1_000) {
        backwards.observe(Arrays.copyOfRange(values, end - 1_000, end));
      }
      assertThat(backwards.range()).as(method.describe()).isEqualTo(range(method, values));
    }
  }

  @Test
  void tensorsWithoutARangeKeepWhatWasSeen() {
    for (var method : METHODS) {
      assertThat(range(method)).isEqualTo(new Range(0, 0));
      assertThat(range(method, new float[100])).isEqualTo(new Range(0, 0));
      assertThat(range(method, 3, 3)).isEqualTo(new Range(3, 3));
      assertThat(range(method, -2, -2)).isEqualTo(new Range(-2, -2));
      assertThat(range(method, 0, Float.MIN_VALUE, -Float.MIN_VALUE))
          .isEqualTo(new Range(-Float.MIN_VALUE, Float.MIN_VALUE));
      assertThat(range(method, -Float.MAX_VALUE, 1, Float.MAX_VALUE))
          .isEqualTo(new Range(-Float.MAX_VALUE, Float.MAX_VALUE));
      // Each has a level of its own: nothing is lost.
      assertThat(range(method, 1, 10, 100, 1_000)).isEqualTo(new Range(1, 1_000));
    }
  }
}

package dev.fovea.onnx.quantize.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.onnx.quantize.calibrate.EntropyChoice.Divergences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Divergences against those that ONNX Runtime's own calibrater found where its levels divide the
 * bins without a rest, as src/test/python/entropy_reference.py recorded them.
 */
class EntropyReferenceTest {
  private static final int LEVELS = 51;

  record Recorded(int levels, Case[] cases) {}

  record Case(String name, int begin, int end, double[] divergences, long[] counts) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    try (var in = EntropyReferenceTest.class.getResourceAsStream("../entropy.json")) {
      var recorded = JsonMapper.builder().build().readValue(in.readAllBytes(), Recorded.class);
      assertThat(recorded.levels()).isEqualTo(LEVELS);
      return Stream.of(recorded.cases());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithOnnxRuntimeWhereNoBinIsLeftOver(Case recorded) {
    int bins = recorded.counts().length;
    var divergences = Divergences.of(recorded.counts());
    double least = Double.POSITIVE_INFINITY;
    int chosen = 0;
    for (int i = 0; i < recorded.divergences().length; i++) {
      int width = LEVELS * (2 * i + 1);
      int begin = (bins - width) / 2;
      double found = divergences.of(begin, begin + width, LEVELS);
      // ONNX Runtime's sums have 32 bits, and it moves 1e-4 of a count to each empty bin.
      assertThat(found)
          .as("%d of %d bins", width, bins)
          .isCloseTo(recorded.divergences()[i], within(recorded.divergences()[i] * 2e-3 + 2e-6));
      if (found < least) {
        least = found;
        chosen = begin;
      }
    }
    assertThat(chosen).isEqualTo(recorded.begin());
    assertThat(bins - chosen).isEqualTo(recorded.end());
  }
}

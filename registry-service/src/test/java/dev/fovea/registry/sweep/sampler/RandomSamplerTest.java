package dev.fovea.registry.sweep.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.sweep.space.SearchSpace;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomSamplerTest {
  private static final int DRAWS = 20_000;

  @Test
  void realsAreEven() {
    fits("\"type\": \"float\", \"low\": -3, \"high\": 5", x -> (x + 3) / 8);
  }

  @Test
  void realsOnALogarithmicScaleHaveEvenFactors() {
    fits(
        "\"type\": \"float\", \"low\": 1e-5, \"high\": 0.1, \"log\": true",
        x -> Math.log(x / 1e-5) / Math.log(1e4));
  }

  @Test
  void theWidestRangeIsWithinReach() {
    fits("\"type\": \"float\", \"low\": -1e100, \"high\": 1e100", x -> x / 2e100 + 0.5);
    fits(
        "\"type\": \"float\", \"low\": 1e-100, \"high\": 1e100, \"log\": true",
        x -> Math.log10(x) / 200 + 0.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'type': 'float', 'low': 0, 'high': 0.55, 'step': 0.1 | 6",
        "'type': 'float', 'low': -0.3, 'high': 0.3, 'step': 0.1 | 7",
        "'type': 'int', 'low': -4, 'high': 4 | 9",
        "'type': 'int', 'low': 16, 'high': 130, 'step': 16 | 8",
        "'type': 'int', 'low': 1, 'high': 2 | 2",
        "'type': 'categorical', 'choices': ['a', 2, true, 0.5, 'e'] | 5"
      })
  void eachOfFinitelyManyIsAsLikely(String parameter, int count) {
    fits(parameter.replace('\'', '"'), count, _ -> 1.0 / count);
  }

  @Test
  void wholeNumbersOnALogarithmicScaleAreAsLikelyAsTheirRoom() {
    fits(
        "\"type\": \"int\", \"low\": 1, \"high\": 32, \"log\": true",
        32,
        index -> Math.log((index + 1.5) / (index + 0.5)) / Math.log(32.5 / 0.5));
    fits(
        "\"type\": \"int\", \"low\": 7, \"high\": 9, \"log\": true",
        3,
        index -> Math.log((index + 7.5) / (index + 6.5)) / Math.log(9.5 / 6.5));
  }

  @Test
  void theSameSeedGivesTheSameTrialsAndAnotherOthers() {
    var space = space("\"type\": \"float\", \"low\": 0, \"high\": 1");
    var draws =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new RandomSampler(space, i / 100).next(i % 100, List.of()).orElseThrow())
            .toList();
    assertThat(draws).doesNotHaveDuplicates();
    assertThat(new RandomSampler(space, 3).next(17, List.of())).contains(draws.get(317));
  }

  @Test
  void parametersAndTrialsAreIndependent() {
    var space =
        SearchSpace.parse(
            """
            {"x": {"type": "float", "low": 0, "high": 1}, "y": {"type": "float", "low": 0, "high": 1}}
            """);
    var sampler = new RandomSampler(space, 5);
    double within = 0;
    double across = 0;
    double before = 0.5;
    for (int number = 0; number < DRAWS; number++) {
      var point = sampler.next(number, List.of()).orElseThrow();
      within += (point.at(0) - 0.5) * (point.at(1) - 0.5);
      across += (point.at(0) - 0.5) * (before - 0.5);
      before = point.at(0);
    }
    // The product of two has a variance of 1/144.
    double five = 5 * Math.sqrt(DRAWS) / 12;
    assertThat(within).isBetween(-five, five);
    assertThat(across).isBetween(-five, five);
  }

  /** Kolmogorov and Smirnov's test at one in a million. */
  private static void fits(String parameter, DoubleUnaryOperator cdf) {
    var drawn = draw(parameter);
    Arrays.sort(drawn);
    double distance = 0;
    for (int i = 0; i < DRAWS; i++) {
      double expected = cdf.applyAsDouble(drawn[i]);
      distance = Math.max(distance, Math.abs(expected - (i + 0.5) / DRAWS));
    }
    assertThat(distance).as(parameter).isLessThan(2.7 / Math.sqrt(DRAWS));
  }

  /** Pearson's test: a chi-square lies within 6 deviations of its mean. */
  private static void fits(String parameter, int count, LongToDoubleFunction chance) {
    var one = space(parameter).parameters().getFirst();
    assertThat(one.count()).isEqualTo(count);
    var drawn = draw(parameter);
    double chiSquare = 0;
    long seen = 0;
    for (int i = 0; i < count; i++) {
      double value = one.valueAt(i);
      long found = Arrays.stream(drawn).filter(x -> Math.abs(x - value) < 1e-9).count();
      double expected = DRAWS * chance.applyAsDouble(i);
      chiSquare += (found - expected) * (found - expected) / expected;
      seen += found;
    }
    assertThat(seen).as("draws that are values").isEqualTo(DRAWS);
    double free = count - 1;
    assertThat(chiSquare).as(parameter).isLessThan(free + 6 * Math.sqrt(2 * free) + 6);
  }

  private static double[] draw(String parameter) {
    var space = space(parameter);
    var sampler = new RandomSampler(space, 42);
    return IntStream.range(0, DRAWS)
        .mapToObj(number -> sampler.next(number, List.of()).orElseThrow())
        .peek(point -> assertThat(space.contains(point)).isTrue())
        .mapToDouble(point -> point.at(0))
        .toArray();
  }

  private static SearchSpace space(String parameter) {
    return SearchSpace.parse("{\"x\": {%s}}".formatted(parameter));
  }
}

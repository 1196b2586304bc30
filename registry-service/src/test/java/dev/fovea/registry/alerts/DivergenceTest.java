package dev.fovea.registry.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DivergenceTest {
  private static final int SEEDS = 300;

  @Test
  void anExplosionAfterLearningIsSeenAfterFiveValues() {
    var values = noisy(1, 101, i -> i < 95 ? learning(i) : learning(94) * Math.pow(3, i - 94));
    assertThat(Divergence.of(values))
        .hasValueSatisfying(words ->
            assertThat(words).startsWith("fell from ").contains(" to ", "its last 5 values are "));
    assertThat(Divergence.of(Arrays.copyOf(values, 100))).as("four of five").isEmpty();
  }

  @Test
  void aFallBackToWhereItBeganIsSeen() {
    // Ten classes: chance is ln 10.
    assertThat(Divergence.of(noisy(2, 120, i -> i < 100 ? learning(i) : Math.log(10)))).isPresent();
  }

  @Test
  void growthFromTheFirstValueOnIsSeen() {
    assertThat(Divergence.of(noisy(3, 40, i -> 2.3 * Math.exp(i / 10.0))))
        .hasValueSatisfying(words -> assertThat(words).startsWith("began at "));
  }

  @Test
  void spikesDecideNothing() {
    var values = noisy(4, 200, DivergenceTest::learning);
    for (int i : new int[] {50, 51, 52, 53, 150, 196, 197, 198, 199}) {
      values[i] = 1e30;
    }
    for (int n = 1; n <= values.length; n++) {
      assertThat(Divergence.of(Arrays.copyOf(values, n))).as("after %d values", n).isEmpty();
    }
  }

  @Test
  void overfittingIsNoDivergence() {
    // Of validation: down from 2.3 to 0.5, then slowly up to half of what it was.
    assertThat(Divergence.of(noisy(5, 400, i -> i < 100 ? learning(i) : .5 + (i - 100) * .002)))
        .isEmpty();
  }

  @Test
  void aWarmRestartOfTheLearningRateIsNoDivergence() {
    assertThat(
            Divergence.of(
                noisy(6, 105, i -> learning(i) + (i >= 100 ? .6 * Math.exp(-(i - 100) / 5.0) : 0))))
        .isEmpty();
  }

  /** Of losses that only differ by noise, at every length, no more than one run in a hundred. */
  @Test
  void noiseAloneIsSeldomTakenForIt() {
    int alarms = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var values = noisy(seed, 120, _ -> 1);
      boolean alarm = false;
      for (int n = Divergence.LEAST; n <= values.length; n++) {
        alarm |= Divergence.of(Arrays.copyOf(values, n)).isPresent();
      }
      alarms += alarm ? 1 : 0;
    }
    assertThat(alarms).isLessThanOrEqualTo(SEEDS / 100);
  }

  @Test
  void fewEqualAndExtremeValuesAreFine() {
    assertThat(Divergence.of(new double[0])).isEmpty();
    assertThat(Divergence.of(noisy(7, 19, i -> Math.exp(i)))).isEmpty();
    assertThat(Divergence.of(new double[1_000])).isEmpty();
    var huge = new double[40];
    Arrays.fill(huge, 0, 20, -Double.MAX_VALUE);
    Arrays.fill(huge, 20, 40, Double.MAX_VALUE);
    assertThat(Divergence.of(huge)).isPresent();
  }

  @Test
  void theNoiseOfATrendIsItsNoiseAlone() {
    double noise = Divergence.noise(noisy(8, 2_000, i -> i * .01));
    assertThat(noise).isBetween(.045, .055);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss",
        "val/loss",
        "train_loss",
        "box_loss",
        "Loss/train",
        "val.cls-loss",
        "nll",
        "valLoss",
        "val/perplexity"
      })
  void concernsLosses(String metric) {
    assertThat(Divergence.concerns(metric)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"accuracy", "lossless_ratio", "gloss_score", "lr", "", "system/cpu"})
  void doesNotConcernOthers(String metric) {
    assertThat(Divergence.concerns(metric)).isFalse();
  }

  private static double learning(int i) {
    return .3 + 2 * Math.exp(-i / 15.0);
  }

  private static double[] noisy(long seed, int count, IntToDoubleFunction trend) {
    var random = new Random(seed);
    return IntStream.range(0, count)
        .mapToDouble(i -> trend.applyAsDouble(i) + .05 * random.nextGaussian())
        .toArray();
  }
}

package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
  /** Expected ends: scipy 1.16, binomtest(hits, total).proportion_ci(method="wilson"). */
  @ParameterizedTest
  @CsvSource({
    "  0,  10, 0,            0.2775327999",
    " 10,  10, 0.7224672001, 1",
    "  1,   2, 0.0945312057, 0.9054687943",
    " 95, 100, 0.8882495308, 0.9784563208",
    "797, 797, 0.9952032218, 1",
  })
  void givesWilsonsInterval(long hits, long total, double low, double high) {
    var share = Estimate.share(hits, total);
    assertThat(share.value()).isEqualTo(hits / (double) total);
    assertThat(share.low()).isCloseTo(low, within(1e-8));
    assertThat(share.high()).isCloseTo(high, within(1e-8));
  }

  @Test
  void hasNoDifferenceBetweenAVariantAndItself() {
    var same = Estimate.pairedDifference(90, 0, 0, 10);
    assertThat(same.value()).isZero();
    // All that is left of the interval is the continuity correction.
    assertThat(same.high()).isCloseTo(-same.low(), within(1e-12)).isLessThan(0.04);
  }

  @Test
  void holdsTheTrueDropInAboutNineteenOfTwentySamples() {
    var random = new SplittableRandom(3);
    int held = 0;
    int trials = 4_000;
    for (int trial = 0; trial < trials; trial++) {
      var counts = new long[4];
      for (int i = 0; i < 200; i++) {
        double u = random.nextDouble();
        counts[u < 0.85 ? 0 : u < 0.93 ? 1 : u < 0.96 ? 2 : 3]++;
      }
      var drop = Estimate.pairedDifference(counts[0], counts[1], counts[2], counts[3]);
      held += drop.low() <= 0.05 && 0.05 <= drop.high() ? 1 : 0;
    }
    assertThat(held / (double) trials).isBetween(0.94, 0.985);
  }

  @Test
  void isNeverNarrowerWhenItDoesNotKnowThatTheImagesAreTheSame() {
    var paired = Estimate.pairedDifference(850, 20, 10, 120);
    var independent = Estimate.share(870, 1000).minus(Estimate.share(860, 1000));
    assertThat(independent.value()).isCloseTo(paired.value(), within(1e-12));
    assertThat(independent.high() - independent.low()).isGreaterThan(paired.high() - paired.low());
  }

  @Test
  void keepsAnOpenEndOpen() {
    var open = new Estimate(1, 0.9, Double.POSITIVE_INFINITY);
    assertThat(open.minus(Estimate.exactly(0.5)).high()).isInfinite();
    assertThat(Estimate.exactly(2).minus(open).low()).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}

package dev.fovea.lab.profiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderStatisticsTest {
  /**
   * Expected ranks by scipy.stats.binom: the largest l with cdf(l - 1) <= 0.025, the smallest u
   * with cdf(u - 1) >= 0.975.
   */
  @ParameterizedTest
  @CsvSource({
    "  100, 0.50,   40,   61",
    "  300, 0.99,  293,  301",
    "  367, 0.99,  359,  368",
    "  368, 0.99,  360,  368",
    " 1000, 0.50,  469,  532",
    " 1000, 0.90,  881,  919",
    " 1000, 0.99,  983,  997",
    " 2000, 0.99, 1971, 1989",
    "10000, 0.99, 9880, 9920",
    "   50, 0.90,   41,   50",
  })
  void choosesTheRanksOfTheBinomialDistribution(int n, double share, int low, int high) {
    assertThat(OrderStatistics.lowerRank(n, share)).isEqualTo(low);
    assertThat(OrderStatistics.upperRank(n, share)).isEqualTo(high);
  }

  @Test
  void holdsTheTrueQuantileInAtLeastNineteenOfTwentySamples() {
    var random = new SplittableRandom(7);
    int held = 0;
    int trials = 2_000;
    for (int trial = 0; trial < trials; trial++) {
      var sample = IntStream.range(0, 500).mapToDouble(_ -> random.nextDouble()).toArray();
      var interval = new OrderStatistics(sample).quantile(0.9);
      held += interval.low() <= 0.9 && 0.9 <= interval.high() ? 1 : 0;
    }
    // Four standard errors below 95 %.
    assertThat(held / (double) trials).isGreaterThan(0.95 - 4 * Math.sqrt(0.05 * 0.95 / trials));
  }

  @Test
  void takesTheSmallestValueThatHasTheShareBelowIt() {
    var values = IntStream.rangeClosed(1, 1000).mapToDouble(i -> i).toArray();
    var statistics = new OrderStatistics(values);
    assertThat(statistics.quantile(0.5).value()).isEqualTo(500);
    assertThat(statistics.quantile(0.9).value()).isEqualTo(900);
    assertThat(statistics.quantile(0.99).value()).isEqualTo(990);
  }

  @Test
  void hasNoUpperEndForTheNinetyNinthPercentileOfFewSamples() {
    var values = IntStream.rangeClosed(1, 300).mapToDouble(i -> i).toArray();
    assertThat(new OrderStatistics(values).quantile(0.99).high()).isInfinite();
  }

  @Test
  void worksForOneSample() {
    var interval = new OrderStatistics(new double[] {3}).quantile(0.5);
    assertThat(interval.value()).isEqualTo(3);
    assertThat(interval.low()).isEqualTo(0);
    assertThat(interval.high()).isInfinite();
  }

  @Test
  void staysExactForManySamples() {
    // scipy: binom.ppf([0.025, 0.975], 100000, 0.5) = 49690, 50310
    assertThat((double) OrderStatistics.lowerRank(100_000, 0.5)).isCloseTo(49_690, within(0.0));
    assertThat((double) OrderStatistics.upperRank(100_000, 0.5)).isCloseTo(50_311, within(0.0));
  }
}

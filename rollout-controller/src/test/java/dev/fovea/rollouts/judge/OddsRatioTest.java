package dev.fovea.rollouts.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.rollouts.judge.OddsRatio.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class OddsRatioTest {
  @ParameterizedTest
  @CsvFileSource(resources = "/judge/log_ratios.csv", numLinesToSkip = 2)
  void agreesWithSciPy(
      long stableBad,
      long stable,
      long canaryBad,
      long canary,
      double margin,
      double psi,
      double expected) {
    var table = new Table(stableBad, stable, canaryBad, canary);

    assertThat(OddsRatio.logLikelihoodRatio(table, margin, psi))
        .isCloseTo(expected, within(1e-8 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void aWindowWithoutAnswersOnOneSideSaysNothing() {
    assertThat(OddsRatio.logLikelihoodRatio(new Table(3, 40, 0, 0), 1, 2)).isZero();
    assertThat(OddsRatio.logLikelihoodRatio(new Table(0, 0, 5, 9), 1, 2)).isZero();
    assertThat(OddsRatio.logLikelihoodRatio(new Table(0, 40, 0, 9), 1, 2)).isZero();
    assertThat(OddsRatio.logLikelihoodRatio(new Table(40, 40, 9, 9), 1, 2)).isZero();
  }

  @Test
  void averagesToOneUnderTheMargin() {
    // E[P_psi / P_margin] over the distribution under the margin is the sum of P_psi: 1.
    double sum = 0;
    double normaliser = 0;
    for (int k = 0; k <= 30; k++) {
      var table = new Table(30 - k, 500, k, 100);
      double logUnderMargin = binomialTerms(k) + k * Math.log(1.2);
      sum += Math.exp(logUnderMargin + OddsRatio.logLikelihoodRatio(table, 1.2, 3.6));
      normaliser += Math.exp(logUnderMargin);
    }
    assertThat(sum / normaliser).isCloseTo(1, within(1e-10));
  }

  private static double binomialTerms(int canaryBad) {
    return logChoose(100, canaryBad) + logChoose(500, 30 - canaryBad);
  }

  private static double logChoose(int n, int k) {
    double log = 0;
    for (int i = 1; i <= k; i++) {
      log += Math.log(n - k + i) - Math.log(i);
    }
    return log;
  }

  @Test
  void staysANumberForALotOfBadAnswers() {
    var table = new Table(900_000, 1_000_000, 450_000, 500_000);

    assertThat(OddsRatio.logLikelihoodRatio(table, 1, 50)).isFinite().isNegative();
  }

  @Test
  void refusesCountsThatCannotBe() {
    assertThatThrownBy(() -> new Table(5, 4, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 of 4");
  }
}

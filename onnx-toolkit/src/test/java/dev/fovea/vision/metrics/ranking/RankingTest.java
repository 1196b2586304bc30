package dev.fovea.vision.metrics.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RankingTest {
  @RepeatedTest(20)
  void countsEachPairOfAPositiveAndAnotherAndTiesHalf(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    int size = 2 + random.nextInt(60);
    var scores = random.ints(size, -5, 6).mapToDouble(i -> i / 4.0).toArray();
    var positive = new boolean[size];
    for (int i = 0; i < size; i++) {
      scores[i] = scores[i] == 0 && i % 2 == 0 ? -0.0 : scores[i];
      positive[i] = i == 0 || i > 1 && random.nextInt(3) == 0;
    }
    double pairs = 0;
    double won = 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        if (positive[i] && !positive[j]) {
          pairs++;
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    var ranking = Ranking.of(scores, positive);
    assertThat(ranking.auroc().orElseThrow()).isCloseTo(won / pairs, within(1e-12));
  }

  @Test
  void takesTheOrderOfEqualScoresForNothing() {
    double[] scores = {0.5, 0.5, 0.5, 0.9, 0.1};
    boolean[] one = {true, false, false, false, true};
    boolean[] other = {false, false, true, false, true};
    assertThat(Ranking.of(scores, one).averagePrecision())
        .isEqualTo(Ranking.of(scores, other).averagePrecision())
        .hasValue((0.25 + 2 / 5.0) / 2);
    assertThat(Ranking.of(scores, one).auroc()).isEqualTo(Ranking.of(scores, other).auroc());
  }

  @Test
  void keepsItsAreaWhenScoresRiseButNotTheirOrder() {
    var random = new Random(3);
    var scores = random.doubles(200).toArray();
    var squared = Arrays.stream(scores).map(s -> s * s * 7 - 1).toArray();
    var positive = new boolean[200];
    for (int i = 0; i < 200; i++) {
      positive[i] = scores[i] + random.nextGaussian() > 0.8;
    }
    var ranking = Ranking.of(scores, positive);
    assertThat(Ranking.of(squared, positive).auroc()).isEqualTo(ranking.auroc());
    assertThat(Ranking.of(squared, positive).averagePrecision())
        .isEqualTo(ranking.averagePrecision());
  }

  @Test
  void hasNoAreaWhereAllAreAlike() {
    var none = Ranking.of(new double[] {1, 2}, new boolean[2]);
    assertThat(none.auroc()).isEmpty();
    assertThat(none.averagePrecision()).isEmpty();
    assertThat(none.auroc(new int[] {1, 1})).isNaN();
    var all = Ranking.of(new double[] {1}, new boolean[] {true});
    assertThat(all.auroc()).isEmpty();
    assertThat(all.averagePrecision()).hasValue(1);
    assertThat(Ranking.of(new double[0], new boolean[0]).averagePrecision()).isEmpty();
  }

  @Test
  void refusesScoresThatAreNone() {
    assertThatThrownBy(() -> Ranking.of(new double[] {0, Double.NaN}, new boolean[2]))
        .hasMessage("score: NaN (expected: a finite number)");
    assertThatThrownBy(() -> Ranking.of(new double[2], new boolean[2]).curve(new double[3]))
        .hasMessage("curve of 3 scores (expected: the 2 that were ranked)");
    assertThatThrownBy(() -> Ranking.of(new double[2], new boolean[3]))
        .hasMessage("ranking of 2 scores and 3 truths (expected: equally many)");
  }
}

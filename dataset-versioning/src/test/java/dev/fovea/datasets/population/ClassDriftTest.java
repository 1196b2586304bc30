package dev.fovea.datasets.population;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.datasets.QualityReport.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassDriftTest {
  @Test
  void measuresTheShareOfImagesThatWouldNeedAnotherClass() {
    var drift =
        ClassDrift.of("train", Map.of("a", 50, "b", 50), Map.of("a", 60, "b", 120, "c", 20));
    // |0.3 - 0.5| + |0.6 - 0.5| + |0.1 - 0| = 0.4, of which half.
    assertThat(drift.distance()).isEqualTo(0.2, within(1e-12));
    assertThat(drift.images()).isEqualTo(200);
    assertThat(drift.before()).isEqualTo(100);
    assertThat(drift.outcome()).isEqualTo(Outcome.DRIFTED);
  }

  @Test
  void isNoDriftWhereOnlyTheNumberGrows() {
    var drift = ClassDrift.of("train", Map.of("a", 10, "b", 30), Map.of("a", 1_000, "b", 3_000));
    assertThat(drift.distance()).isZero();
    assertThat(drift.outcome()).isEqualTo(Outcome.STEADY);
  }

  @Test
  void isNoDriftWhereItIsCertainAndSmall() {
    var drift =
        ClassDrift.of(
            "train", Map.of("a", 500_000, "b", 500_000), Map.of("a", 590_000, "b", 410_000));
    assertThat(drift.distance()).isEqualTo(0.09, within(1e-12));
    assertThat(drift.outcome()).isEqualTo(Outcome.STEADY);
  }

  @Test
  void cannotTellFromAFewImages() {
    assertThat(ClassDrift.of("test", Map.of("a", 2, "b", 1), Map.of("a", 1, "b", 5)).outcome())
        .isEqualTo(Outcome.TOO_FEW);
    var many = new HashMap<String, Integer>();
    for (int i = 0; i < 500; i++) {
      many.put("class " + i, 2);
    }
    var others = new HashMap<String, Integer>();
    for (int i = 0; i < 500; i++) {
      others.put("other " + i, 2);
    }
    assertThat(ClassDrift.of("test", many, others).outcome())
        .as("a thousand classes of two images each")
        .isEqualTo(Outcome.TOO_FEW);
  }

  @Test
  void comparesTheSplitsThatBothHave() {
    var parent = new ClassCounts(Map.of("train", Map.of("a", 5), "val", Map.of("a", 1)));
    var now = new ClassCounts(Map.of("train", Map.of("a", 6), "test", Map.of("a", 1)));
    assertThat(ClassDrift.between(parent, now))
        .extracting(it -> it.split())
        .containsExactly("train");
    assertThat(ClassDrift.between(new ClassCounts(Map.of()), now)).isEmpty();
  }

  /** The 99 % quantiles of tables; the normal one is 2.3263. */
  @ParameterizedTest
  @CsvSource({"1, 6.635", "2, 9.210", "9, 21.666", "30, 50.892", "100, 135.807"})
  void comesCloseToTheTablesOfChiSquare(int degrees, double quantile) {
    assertThat(ClassDrift.standardized(quantile + 0.05, degrees)).isGreaterThan(2.326348);
    assertThat(ClassDrift.standardized(quantile - 0.05, degrees)).isLessThan(2.326348);
  }

  @Test
  void chanceAloneIsSeldomCalledDrift() {
    var random = new Random(3);
    int alarms = 0;
    int told = 0;
    for (int i = 0; i < 4_000; i++) {
      int classes = 2 + random.nextInt(12);
      var before = drawn(random, classes, 0, 20 + random.nextInt(150));
      var now = drawn(random, classes, 0, 20 + random.nextInt(150));
      var outcome = ClassDrift.of("train", before, now).outcome();
      alarms += outcome == Outcome.DRIFTED ? 1 : 0;
      told += outcome != Outcome.TOO_FEW ? 1 : 0;
    }
    assertThat(told).isGreaterThan(3_000);
    assertThat(alarms).as("of %d", told).isLessThan(told / 66);
  }

  @Test
  void findsWhatMoved() {
    var random = new Random(4);
    int found = 0;
    for (int i = 0; i < 500; i++) {
      var before = drawn(random, 10, 0, 400);
      var now = drawn(random, 10, 0.3, 400);
      found += ClassDrift.of("train", before, now).outcome() == Outcome.DRIFTED ? 1 : 0;
    }
    assertThat(found).isGreaterThan(490);
  }

  /** Images of classes that are each half as frequent as the one before; some moved to the last. */
  private static Map<String, Integer> drawn(Random random, int classes, double moved, int images) {
    var counts = new HashMap<String, Integer>();
    for (int i = 0; i < images; i++) {
      int label = Math.min(classes - 1, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 30));
      counts.merge("c" + (random.nextDouble() < moved ? classes - 1 : label), 1, Integer::sum);
    }
    return counts;
  }
}

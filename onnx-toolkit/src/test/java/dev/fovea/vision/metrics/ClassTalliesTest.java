package dev.fovea.vision.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClassTalliesTest {
  @Test
  void hasNoMeasureWhereNothingWasCounted() {
    var tallies = new ClassTallies(3);
    assertThat(tallies.accuracy()).isEmpty();
    assertThat(tallies.meanOverlap()).isEmpty();
    assertThat(tallies.meanRecall()).isEmpty();
    assertThat(tallies.meanF1()).isEmpty();
    assertThat(tallies.weightedOverlap()).isEmpty();
    assertThat(tallies.overlap(0)).isEmpty();
    assertThat(tallies.nowhere(2)).isTrue();
    assertThatThrownBy(() -> tallies.averaged(Averaging.MACRO))
        .hasMessage("answers: none (count some first)");
  }

  @Test
  void leavesAClassThatIsNowhereOutOfEveryAverage() {
    var tallies = new ClassTallies(3);
    tallies.add(0, 3, 4, 5);
    tallies.add(2, 1, 3, 2);
    assertThat(tallies.averaged(Averaging.MACRO))
        .isEqualTo(
            new Averages(
                (3 / 5.0 + 1 / 2.0) / 2, (3 / 4.0 + 1 / 3.0) / 2, (6 / 9.0 + 2 / 5.0) / 2));
    assertThat(tallies.averaged(Averaging.WEIGHTED).recall()).isEqualTo((4 * 0.75 + 3 / 3.0) / 7);
    assertThat(tallies.averaged(Averaging.MICRO))
        .isEqualTo(new Averages(4 / 7.0, 4 / 7.0, 4 / 7.0));
    assertThat(tallies.meanOverlap()).hasValue((3 / 6.0 + 1 / 4.0) / 2);
  }

  @Test
  void forgetsWhatItIsToldTo() {
    var tallies = new ClassTallies(2);
    tallies.add(0, 1, 2, 3);
    assertThat(tallies.overlap(0)).hasValue(0.25);
    tallies.clear();
    assertThat(tallies.nowhere(0)).isTrue();
  }

  @Test
  void knowsAMatrixFromItsCounts() {
    var matrix = ConfusionMatrix.ofCounts(2, new long[] {3, 1, 2, 4});
    assertThat(matrix.recall(0)).hasValue(0.75);
    assertThat(matrix.precision(0)).hasValue(0.6);
    matrix.tallies().clear();
    assertThat(matrix.recall(0)).hasValue(0.75);
    assertThat(matrix.tallies().overlap(1)).hasValue(4 / 7.0);
    assertThatThrownBy(() -> ConfusionMatrix.ofCounts(2, new long[3]))
        .hasMessage(
            "confusion: 3 counts of 2 classes (expected: one for each two classes, none negative)");
    assertThatThrownBy(() -> ConfusionMatrix.ofCounts(1, new long[] {-1}))
        .hasMessageContaining("none negative");
  }
}

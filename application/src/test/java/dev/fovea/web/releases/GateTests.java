package dev.fovea.web.releases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the gates' table and the room to the limit. */
class GateTests {
  @Test
  void drawsTheIntervalAcrossTheLimitWhereItCrosses() {
    var room =
        Room.of(ruling(Outcome.INCONCLUSIVE, "at least 90.00 %", .9, .905, .864, .936))
            .orElseThrow();
    assertThat(room.from()).isEqualTo("20.0%");
    assertThat(room.width()).isEqualTo("10.0%");
    assertThat(room.label()).isEqualTo("−4.0 to 4.0 per cent inside the limit");
  }

  @Test
  void turnsRoundWhereSmallIsGood() {
    var room = Room.of(ruling(Outcome.PASS, "at most 4.000 ms", 4, 3, 2.8, 3.2)).orElseThrow();
    assertThat(room.from()).isEqualTo("50.0%");
    assertThat(room.width()).isEqualTo("12.5%");
  }

  @Test
  void drawsNothingOfWhatWasNotMeasured() {
    assertThat(
            Room.of(
                ruling(Outcome.ERROR, "at most 4.000 ms", 4, Double.NaN, Double.NaN, Double.NaN)))
        .isEmpty();
  }

  @Test
  void staysInsideTheDrawingWhateverTheFigures() {
    var room =
        Room.of(
                ruling(
                    Outcome.INCONCLUSIVE, "at most 4.000 ms", 4, 3, .1, Double.POSITIVE_INFINITY))
            .orElseThrow();
    assertThat(room.from()).isEqualTo("0.0%");
    assertThat(room.width()).isEqualTo("100.0%");
  }

  @Test
  void putsWhatDidNotPassFirst() {
    var verdict =
        new Verdict(
            false,
            List.of(
                ruling(Outcome.PASS, "at least 1", 1, 2, 2, 2),
                    ruling(Outcome.INCONCLUSIVE, "at least 1", 1, 2, 2, 2),
                ruling(Outcome.ERROR, "at least 1", 1, Double.NaN, Double.NaN, Double.NaN),
                    ruling(Outcome.FAIL, "at least 1", 1, 0, 0, 0)));
    assertThat(Gate.of(verdict))
        .extracting(Gate::verdict)
        .containsExactly("fail", "error", "inconclusive", "pass");
    assertThat(Headline.sentence(verdict))
        .isEqualTo("1 of 4 gates pass, 1 fails, 1 cannot tell, 1 was not measured");
    assertThat(Headline.chip(verdict)).isEqualTo("fail");
  }

  private static Ruling ruling(
      Outcome outcome, String wanted, double limit, double measured, double low, double high) {
    return new Ruling(
        "accuracy of int8",
        7,
        outcome,
        wanted,
        limit,
        measured,
        low,
        high,
        "",
        "test",
        "says why",
        List.of());
  }
}

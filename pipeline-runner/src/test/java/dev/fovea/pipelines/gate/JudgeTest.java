package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final Name DEVICE = Name.of("local-cpu");

  /**
   * 100 day images of two classes, 24 night images: fp32 errs on 4 (3 of them at night), int8 on 4
   * more at night.
   */
  private static final Evidence EVIDENCE =
      new Evidence(
          Map.of(
              Variant.FP32,
                  new Evidence.Form(
                      evaluation(1, 3),
                      new ByteSize(4 << 20),
                      Map.of(DEVICE, profile(2.0, 1000, true))),
              Variant.INT8,
                  new Evidence.Form(
                      evaluation(1, 7),
                      new ByteSize(1 << 20),
                      Map.of(DEVICE, profile(1.0, 1000, true)))));

  @ParameterizedTest
  @CsvSource({
    // measure, variant, drop, slice, device, bound, limit, outcome, measured
    "ACCURACY,     INT8, false,     ,          , AT_LEAST, 0.93,  PASS, 0.935483870967742",
    "ACCURACY,     INT8, false,     ,          , AT_LEAST, 0.94,  FAIL, 0.935483870967742",
    "ACCURACY,     FP32, false,     ,          , AT_LEAST, 0.96,  PASS, 0.967741935483871",
    "ACCURACY,     INT8, false, night,         , AT_LEAST, 0.80,  FAIL, 0.708333333333333",
    "ACCURACY,     INT8, true,      ,          , AT_MOST,  0.04,  PASS, 0.032258064516129",
    "ACCURACY,     INT8, true,      ,          , AT_MOST,  0.03,  FAIL, 0.032258064516129",
    "MACRO_RECALL, INT8, false,     ,          , AT_LEAST, 0.9,   PASS, 0.935483870967742",
    "WORST_RECALL, INT8, false,     ,          , AT_LEAST, 0.95,  FAIL, 0.919354838709677",
    "LATENCY_P50,  INT8, false,     , local-cpu, AT_MOST,  1.0,   PASS, 1.0",
    "LATENCY_P99,  INT8, false,     , local-cpu, AT_MOST,  0.9,   FAIL, 1.0",
    "LATENCY_P90,  INT8, true,      , local-cpu, AT_LEAST, 0.5,   PASS, 1.0",
    "MEMORY,       INT8, false,     , local-cpu, AT_MOST,  32,    PASS, 16",
    "SIZE,         INT8, false,     ,          , AT_MOST,  1,     PASS, 1",
    "SIZE,         FP32, false,     ,          , AT_MOST,  1,     FAIL, 4",
    "SIZE,         INT8, true,      ,          , AT_LEAST, 2,     PASS, 3",
  })
  void holdsTheMeasuredValueAgainstTheLimit(
      Measure measure,
      Variant of,
      boolean drop,
      String slice,
      String device,
      Bound bound,
      double limit,
      Outcome outcome,
      double measured) {
    var ruling =
        rule(
            new Gate(
                measure,
                of,
                drop,
                Optional.ofNullable(slice),
                Optional.ofNullable(device).map(Name::of),
                bound,
                limit,
                7));
    assertThat(ruling.outcome()).as(ruling.explanation()).isEqualTo(outcome);
    assertThat(ruling.measured()).isCloseTo(measured, within(1e-12));
    assertThat(ruling.low()).isLessThanOrEqualTo(ruling.measured());
    assertThat(ruling.high()).isGreaterThanOrEqualTo(ruling.measured());
    assertThat(ruling.line()).isEqualTo(7);
    assertThat(ruling.limit()).isEqualTo(limit);
  }

  @Test
  void showsTheImagesThatDecidedASliceTheMostConfidentMistakeFirst() {
    var ruling = rule(gate(Measure.ACCURACY, Optional.of("night"), Bound.AT_LEAST, 0.8));
    assertThat(ruling.frames()).hasSize(7).allMatch(frame -> frame.path().startsWith("night/"));
    assertThat(ruling.frames())
        .isSortedAccordingTo((a, b) -> Double.compare(b.confidence(), a.confidence()));
    assertThat(ruling.rule()).isEqualTo("accuracy of int8 on slice night");
    assertThat(ruling.on()).isEqualTo("test split, slice night, 24 images");
    assertThat(ruling.wanted()).isEqualTo("at least 80.00 %");
    assertThat(ruling.explanation())
        .startsWith("accuracy of int8 on slice night is 70.83 % (95 % interval 50.8")
        .endsWith("beyond the limit of 80.00 %");
  }

  @Test
  void showsForADropOnlyWhatTheFloatModelHadRight() {
    var drop =
        new Gate(
            Measure.ACCURACY,
            Variant.INT8,
            true,
            Optional.empty(),
            Optional.empty(),
            Bound.AT_MOST,
            0.01,
            3);
    assertThat(rule(drop).frames()).hasSize(4).allMatch(frame -> frame.path().startsWith("night/"));
  }

  @Test
  void isInconclusiveForASliceWithTooFewImages() {
    var ruling = rule(gate(Measure.ACCURACY, Optional.of("fog"), Bound.AT_LEAST, 0.5));
    assertThat(ruling.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(ruling.measured()).isNaN();
    assertThat(ruling.explanation()).contains("no image of the test split is in it");

    var few = evidence(answers("rain/", 19, 0, Optional.of("rain")));
    var inconclusive =
        Judge.on(List.of(gate(Measure.ACCURACY, Optional.of("rain"), Bound.AT_LEAST, 0.5)), few);
    assertThat(inconclusive.rulings().getFirst().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(inconclusive.rulings().getFirst().explanation())
        .contains("rests on 19 images, and it takes 20");
    assertThat(inconclusive.passed()).isFalse();
  }

  @Test
  void isInconclusiveForARecallOfAClassWithTooFewImages() {
    var answers = new ArrayList<>(answers("day/", 40, 0, Optional.empty()));
    answers.add(new Scored(SOME, "rare.png", "rare", Optional.empty(), "rare", 0.9));
    var verdict =
        Judge.on(
            List.of(gate(Measure.WORST_RECALL, Optional.empty(), Bound.AT_LEAST, 0.5)),
            evidence(answers));
    assertThat(verdict.rulings().getFirst().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(verdict.rulings().getFirst().explanation())
        .contains("1 images of class rare, and it takes 5");
  }

  @Test
  void isInconclusiveForAPercentileWithoutAnUpperEnd() {
    var profile = profile(1.0, 200, true);
    var form = new Evidence.Form(evaluation(0, 0), new ByteSize(1), Map.of(DEVICE, profile));
    var evidence = new Evidence(Map.of(Variant.FP32, form, Variant.INT8, form));
    var gate =
        new Gate(
            Measure.LATENCY_P99,
            Variant.INT8,
            false,
            Optional.empty(),
            Optional.of(DEVICE),
            Bound.AT_MOST,
            5,
            1);
    assertThat(Judge.on(List.of(gate), evidence).rulings().getFirst().outcome())
        .isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void isAnErrorForADeviceThatTheLabDoesNotHave() {
    var gate =
        new Gate(
            Measure.LATENCY_P99,
            Variant.INT8,
            false,
            Optional.empty(),
            Optional.of(Name.of("orin-nx")),
            Bound.AT_MOST,
            5,
            1);
    var verdict = Judge.on(List.of(gate), EVIDENCE);
    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.rulings().getFirst().explanation())
        .contains("the lab has no device orin-nx");
  }

  @Test
  void saysThatARunWasNotSteady() {
    var form =
        new Evidence.Form(
            evaluation(0, 0), new ByteSize(1), Map.of(DEVICE, profile(1.0, 1000, false)));
    var gate =
        new Gate(
            Measure.LATENCY_P50,
            Variant.INT8,
            false,
            Optional.empty(),
            Optional.of(DEVICE),
            Bound.AT_MOST,
            5,
            1);
    var verdict =
        Judge.on(List.of(gate), new Evidence(Map.of(Variant.FP32, form, Variant.INT8, form)));
    assertThat(verdict.passed()).isTrue();
    assertThat(verdict.rulings().getFirst().explanation()).contains("not steady");
  }

  @Test
  void passesOnlyWhenEveryRuleDoes() {
    var passing = gate(Measure.ACCURACY, Optional.empty(), Bound.AT_LEAST, 0.5);
    var failing = gate(Measure.ACCURACY, Optional.empty(), Bound.AT_LEAST, 0.99);
    assertThat(Judge.on(List.of(passing, passing), EVIDENCE).passed()).isTrue();
    assertThat(Judge.on(List.of(passing, failing), EVIDENCE).passed()).isFalse();
  }

  private static Verdict.Ruling rule(Gate gate) {
    return Judge.on(List.of(gate), EVIDENCE).rulings().getFirst();
  }

  private static Gate gate(Measure measure, Optional<String> slice, Bound bound, double limit) {
    return new Gate(measure, Variant.INT8, false, slice, Optional.empty(), bound, limit, 1);
  }

  private static Evidence evidence(List<Scored> answers) {
    var form =
        new Evidence.Form(
            ClassifiedEvaluation.of(SOME, SOME, SOME, answers), new ByteSize(1), Map.of());
    return new Evidence(Map.of(Variant.FP32, form, Variant.INT8, form));
  }

  private static ClassifiedEvaluation evaluation(int wrongByDay, int wrongByNight) {
    var answers = new ArrayList<>(answers("day/", 100, wrongByDay, Optional.empty()));
    answers.addAll(answers("night/", 24, wrongByNight, Optional.of("night")));
    return ClassifiedEvaluation.of(SOME, SOME, SOME, answers);
  }

  /** Half zeros, half ones; the first ones are wrong. */
  private static List<Scored> answers(String folder, int count, int wrong, Optional<String> slice) {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < count; i++) {
      var label = Integer.toString(i % 2);
      var answer = i < wrong ? Integer.toString(1 - i % 2) : label;
      answers.add(
          new Scored(
              SOME, "%s%03d.png".formatted(folder, i), label, slice, answer, 0.5 + i / 1000.0));
    }
    return answers;
  }

  private static Profile profile(double millis, int samples, boolean steady) {
    var interval = new Profile.Interval(millis, millis * 0.9, millis * 1.1);
    var p99 =
        new Profile.Interval(
            millis, millis * 0.9, samples < 368 ? Double.POSITIVE_INFINITY : millis * 1.2);
    return new Profile(
        SOME,
        DEVICE,
        SOME,
        new Profile.Latencies(interval, interval, p99),
        50,
        samples,
        1000 / millis,
        new ByteSize(16 << 20),
        List.of(),
        steady,
        Map.of(),
        Instant.EPOCH,
        Optional.empty());
  }
}

package dev.fovea.rollouts.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.teamfile.CanarySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JudgeTest {
  private static final Latencies QUICK = new Latencies(Map.of(10, 900L, 20, 100L));

  private final Judge judge = new Judge(CanarySpec.DEFAULT, Duration.ofMillis(1));

  @Test
  void knowsNothingAtFirst() {
    var evidence = judge.begin(QUICK);

    assertThat(judge.verdict(evidence)).isInstanceOf(Verdict.NotWorse.class);
    assertThat(judge.measures(evidence))
        .allSatisfy(measure -> {
          assertThat(measure.evidence()).isEqualTo(1);
          assertThat(measure.boundary()).isEqualTo(60);
          assertThat(measure.trace()).isEmpty();
        });
  }

  @Test
  void callsACanaryWithManyErrorsWorse() {
    var evidence =
        judge.after(judge.begin(QUICK), window(1, answers(200, 2, 0), answers(40, 20, 0)));

    assertThat(judge.verdict(evidence))
        .isInstanceOfSatisfying(
            Verdict.Worse.class,
            worse -> {
              assertThat(worse.measure()).isEqualTo("errors");
              assertThat(worse.why()).contains("20 of its 40", "2 of 200", "boundary 60");
            });
  }

  @Test
  void callsACanaryThatIsOftenUnsureWorse() {
    var evidence = judge.begin(QUICK);
    for (int i = 1; i <= 10; i++) {
      evidence = judge.after(evidence, window(i, answers(100, 0, 5), answers(20, 0, 8)));
    }

    assertThat(judge.verdict(evidence))
        .isInstanceOfSatisfying(
            Verdict.Worse.class, worse -> assertThat(worse.measure()).isEqualTo("unsure"));
  }

  @Test
  void callsASlowCanaryWorse() {
    var slow = new ArmCounts(60, 0, 60, 0, new Latencies(Map.of(10, 20L, 60, 40L)));
    var quick = new ArmCounts(100, 0, 100, 0, new Latencies(Map.of(10, 90L, 20, 10L)));

    var evidence = judge.after(judge.begin(QUICK), new Window(1, quick, slow));

    assertThat(judge.verdict(evidence))
        .isInstanceOfSatisfying(
            Verdict.Worse.class, worse -> assertThat(worse.measure()).isEqualTo("slow"));
  }

  @Test
  void doesNotCompareLatenciesBeforeTheThresholdIsFixed() {
    var evidence = judge.begin(Latencies.NONE);
    assertThat(evidence.slowAbove()).isEmpty();
    var slow = new ArmCounts(60, 0, 60, 0, new Latencies(Map.of(60, 60L)));
    var quick = new ArmCounts(99, 0, 99, 0, new Latencies(Map.of(10, 99L)));

    evidence = judge.after(evidence, new Window(1, quick, slow));
    assertThat(evidence.slowAbove()).isEmpty();
    assertThat(judge.measures(evidence).get(1).meaning()).contains("99 of the 100");
    evidence = judge.after(evidence, new Window(2, quick, slow));
    assertThat(evidence.slowAbove()).isPresent();
    assertThat(evidence.slow()).isEqualTo(Guard.START);

    evidence = judge.after(evidence, new Window(3, quick, slow));
    assertThat(judge.verdict(evidence)).isInstanceOf(Verdict.Worse.class);
  }

  @Test
  void fixesTheThresholdAboveTheNinetiethPercentileByTheMarginAndTheTolerance() {
    var atBucketTen = new Latencies(Map.of(10, 100L));
    double p90 = Latencies.end(10).toNanos();

    int byTolerance = judge.begin(atBucketTen).slowAbove().orElseThrow();
    assertThat((double) Latencies.end(byTolerance).toNanos())
        .isBetween(p90 + 1e6, (p90 + 1e6) * 1.11);
    int byMargin =
        new Judge(CanarySpec.DEFAULT, Duration.ZERO).begin(atBucketTen).slowAbove().orElseThrow();
    assertThat((double) Latencies.end(byMargin).toNanos()).isBetween(p90 * 1.2, p90 * 1.2 * 1.11);
  }

  @Test
  void countsAWindowOnce() {
    var window = window(1, answers(200, 2, 0), answers(40, 3, 0));
    var once = judge.after(judge.begin(QUICK), window);

    assertThat(judge.after(once, window)).isEqualTo(once);
  }

  @Test
  void aBrokenCountIsNeverTakenForAGoodOne() {
    var once = judge.after(judge.begin(QUICK), window(1, answers(200, 2, 0), answers(40, 3, 0)));
    var nan = new EProcess(List.of(0.0, 0.0, Double.NaN, 0.0, 0.0, 0.0, 0.0, 0.0));
    var poisoned =
        new Evidence(
            1,
            40,
            new Guard(2, 200, 3, 40, nan, Trace.EMPTY),
            once.slow(),
            once.unsure(),
            Latencies.NONE,
            Optional.of(30),
            Copies.NONE,
            Optional.empty());

    var after = judge.after(poisoned, window(2, answers(200, 2, 0), answers(40, 3, 0)));

    assertThat(judge.verdict(after)).isInstanceOf(Verdict.Unusable.class);
    assertThat(judge.verdict(judge.after(after, window(3, answers(200, 2, 0), answers(40, 40, 0)))))
        .isInstanceOf(Verdict.Unusable.class);
  }

  @Test
  void staysANumberHoweverBadTheCanaryIs() {
    var evidence = judge.begin(QUICK);
    for (int i = 1; i <= 1000; i++) {
      evidence = judge.after(evidence, window(i, answers(1000, 0, 0), answers(1000, 1000, 0)));
    }

    assertThat(judge.verdict(evidence)).isInstanceOf(Verdict.Worse.class);
    assertThat(judge.measures(evidence).getFirst().evidence()).isFinite();
    assertThat(judge.measures(evidence).getFirst().trace()).hasSizeLessThanOrEqualTo(240);
  }

  @Test
  void neverRollsBackWhenNoFalseRollbackIsAllowed() {
    var spec = CanarySpec.DEFAULT;
    var never =
        new Judge(
            new CanarySpec(
                spec.weights(), spec.requests(), spec.margin(), 0, 1, spec.unsureBelow()),
            Duration.ZERO);

    var evidence =
        never.after(never.begin(QUICK), window(1, answers(200, 0, 0), answers(200, 200, 0)));

    assertThat(never.verdict(evidence)).isInstanceOf(Verdict.NotWorse.class);
  }

  @Test
  void addsUpCopiesOfBothArmsAndJudgesNoneOfThem() {
    var shadow = answers(40, 0, 2);
    var disagreeing =
        new ArmCounts(40, 0, 40, shadow.unsure(), shadow.latencies(), new Copies(40, 40, 1_000));
    var evidence = judge.after(judge.begin(QUICK), new Window(1, answers(200, 0, 10), disagreeing));
    evidence = judge.after(evidence, new Window(2, disagreeing, answers(200, 0, 10)));

    assertThat(evidence.copies()).isEqualTo(new Copies(80, 80, 2_000));
    assertThat(judge.verdict(evidence)).isInstanceOf(Verdict.NotWorse.class);
    assertThat(judge.measures(evidence))
        .allSatisfy(measure -> assertThat(measure.evidence()).isLessThan(1.5));
  }

  @Test
  void isTheSameAfterItsWayThroughJson() {
    var json = JsonMapper.builder().build();
    var evidence = judge.begin(Latencies.NONE);
    for (int i = 1; i <= 300; i++) {
      evidence =
          judge.after(evidence, window(i, answers(100, i % 3, i % 7), answers(17, i % 2, i % 5)));
    }

    assertThat(json.readValue(json.writeValueAsString(evidence), Evidence.class))
        .isEqualTo(evidence);
  }

  private static Window window(long id, ArmCounts stable, ArmCounts canary) {
    return new Window(id, stable, canary);
  }

  private static ArmCounts answers(long total, long errors, long unsure) {
    long good = total - errors;
    return new ArmCounts(
        total, errors, good, Math.min(unsure, good), new Latencies(Map.of(10, good)));
  }
}

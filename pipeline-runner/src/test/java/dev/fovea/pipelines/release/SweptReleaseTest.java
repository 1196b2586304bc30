package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.fixture.DyingStore.Died;
import dev.fovea.pipelines.fixture.Shades;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Releases whose policy asks for accuracy under faults. */
class SweptReleaseTest {
  /** Shades that are a third darker are taken for dark ones. */
  private static final String GATE =
      "    - {measure: accuracy-under, sweep: brightness, range: [%s], at-least: %s}\n";

  private static final String POLICY =
      ReleaseBench.POLICY.replaceFirst("    - .measure: latency-p99.*\n", "");

  @Test
  void passesAModelThatBearsTheWholeRange() throws Exception {
    try (var bench = bench(GATE.formatted("-15%, +15%", "0.9"))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      var ruling = release.verdict().orElseThrow().rulings().getLast();
      assertThat(ruling.outcome()).isEqualTo(Outcome.PASS);
      assertThat(ruling.on()).isEqualTo("test split, 150 images, 9 strengths");
      assertThat(ruling.curve().orElseThrow().points()).hasSize(9);
      assertThat(step(release).summary()).startsWith("150 test images: fp32 100.00 % right");
    }
  }

  @Test
  void refusesOneThatDoesNotAndSaysFromWhereOn() throws Exception {
    try (var bench = bench(GATE.formatted("-60%, +20%", "0.9"))) {
      var release = bench.release(run(bench));
      assertThat(release.state()).isEqualTo(State.REFUSED);
      var ruling = release.verdict().orElseThrow().rulings().getLast();
      assertThat(ruling.outcome()).isEqualTo(Outcome.FAIL);
      assertThat(ruling.measured()).as("all dark, half of them rightly").isEqualTo(0.5);
      assertThat(ruling.curve().orElseThrow().failsBelow().orElseThrow()).isBetween(-0.35, -0.2);
      assertThat(ruling.curve().orElseThrow().failsAbove()).isEmpty();
      assertThat(ruling.frames())
          .hasSize(12)
          .allMatch(f -> f.label().equals("light") && f.answer().equals("dark"));
      assertThat(release.reason())
          .startsWith(
              "2 of 3 rules passed: least accuracy of int8 under brightness of -60 % to 20 % is 50.00 %")
          .contains("and it falls below the limit from -");
    }
  }

  @Test
  void judgesASliceOnItsOwnImagesAndTheVariantThatTheRuleNames() throws Exception {
    var gate = GATE.formatted("-15%, +15%", "0.9");
    try (var bench =
        bench(
            gate
                + gate.replace("sweep:", "of: fp32, slice: night, sweep:").replace("0.9", "0.8"))) {
      var rulings = bench.release(run(bench)).verdict().orElseThrow().rulings();
      assertThat(rulings.getLast().rule())
          .isEqualTo("least accuracy of fp32 under brightness of -15 % to 15 % on slice night");
      assertThat(rulings.getLast().on())
          .isEqualTo("test split, slice night, 30 images, 9 strengths");
    }
  }

  @Test
  void evaluatesOnceForPoliciesThatDifferInTheLimit() throws Exception {
    try (var bench = bench(GATE.formatted("-60%, +20%", "0.9"))) {
      run(bench);
      int objects = bench.objects.written();
      bench.datasets.policy(POLICY + GATE.formatted("-60%, +20%", "0.4"));
      assertThat(bench.release(run(bench)).state()).isEqualTo(State.RELEASED);
      assertThat(bench.objects.written()).as("the policy and the verdict").isEqualTo(objects + 2);
    }
  }

  @Test
  void endsWithTheSameVerdictWhereverItDiesAndDoesNothingTwice() throws Exception {
    var gate = GATE.formatted("-60%, +20%", "0.4");
    Release clean;
    int objects;
    try (var bench = bench(gate)) {
      clean = bench.release(run(bench));
      objects = bench.objects.written();
    }
    assertThat(objects)
        .as("policy, fp32, int8, 2 parts, 2 evaluations, 3 parts of a sweep, sweep, verdict")
        .isEqualTo(12);
    for (int n = 8; n <= objects; n++) {
      try (var bench = bench(gate)) {
        bench.objects.dieAfter(n);
        var release = bench.release(run(bench));
        assertThat(release.state()).as("died after object %d", n).isEqualTo(State.RELEASED);
        assertThat(release.verdict()).isEqualTo(clean.verdict());
        assertThat(bench.objects.written()).isEqualTo(objects + 1);
      }
    }
  }

  @Test
  void drawsTheEvaluationUnderAFaultInTheLineage() throws Exception {
    try (var bench = bench(GATE.formatted("-15%, +15%", "0.9"))) {
      run(bench);
      assertThat(bench.events)
          .filteredOn(LineageLinked.class::isInstance)
          .map(LineageLinked.class::cast)
          .filteredOn(link -> link.to().label().endsWith("int8 under brightness"))
          .extracting(LineageLinked::verb)
          .containsExactlyInAnyOrder("taken of", "measured on");
      assertThat(bench.events)
          .filteredOn(LineageLinked.class::isInstance)
          .map(LineageLinked.class::cast)
          .filteredOn(link -> link.from().label().endsWith("int8 under brightness"))
          .extracting(LineageLinked::verb)
          .containsExactly("judged by");
    }
  }

  private static ReleaseBench bench(String gates) throws Exception {
    var bench = new ReleaseBench(Shades.model(0), Optional.empty());
    bench.datasets.policy(POLICY + gates);
    return bench;
  }

  private static Digest run(ReleaseBench bench) throws Exception {
    Release started;
    try {
      started = bench.start();
    } catch (Died _) {
      started = bench.start();
    }
    bench.work();
    return started.digest();
  }

  private static Release.Step step(Release release) {
    return release.steps().stream()
        .filter(step -> step.name().equals(EvaluateStep.NAME))
        .findFirst()
        .orElseThrow();
  }
}

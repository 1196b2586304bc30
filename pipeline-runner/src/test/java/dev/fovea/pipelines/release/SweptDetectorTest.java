package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.LineageLinked;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Release.State;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.pipelines.fixture.Squares;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Releases of detectors whose policy asks for average precision under faults. */
class SweptDetectorTest {
  private static final String GATE =
      "    - {measure: map-under, sweep: brightness, range: [%s], at-least: %s}\n";

  @Test
  void passesADetectorThatBearsTheWholeRangeAndComparesItsVariants() throws Exception {
    try (var bench = bench(GATE.formatted("-10%, +10%", "0.3"))) {
      var release = bench.release(DetectorReleaseTest.run(bench));
      assertThat(release.state()).as(release.reason()).isEqualTo(State.RELEASED);
      var verdict = release.verdict().orElseThrow();
      var ruling = verdict.rulings().getLast();
      assertThat(ruling.outcome()).isEqualTo(Outcome.PASS);
      assertThat(ruling.rule()).isEqualTo("least map of int8 under brightness of -10 % to 10 %");
      assertThat(ruling.on()).matches("test split, 60 images with \\d+ objects, 9 strengths");
      var points = ruling.curve().orElseThrow().points();
      assertThat(points).hasSize(9);
      assertThat(points.get(4).strength()).isZero();
      assertThat(points.get(4).measured())
          .as("without a fault it is the rule on images as they are")
          .isCloseTo(verdict.rulings().getFirst().measured(), within(1e-12));

      var compared = verdict.comparison().orElseThrow();
      assertThat(compared.measure()).isEqualTo("average precision");
      assertThat(compared.classes()).hasSize(2);
      assertThat(compared.images()).isNotEmpty();
      assertThat(bench.endpoint.releases(release.project()))
          .as("lists are without it")
          .allMatch(each -> each.verdict().orElseThrow().comparison().isEmpty());
    }
  }

  @Test
  void refusesOneThatDoesNotAndSaysFromWhereOn() throws Exception {
    try (var bench = bench(GATE.formatted("-90%, 0%", "0.3"))) {
      var release = bench.release(DetectorReleaseTest.run(bench));
      assertThat(release.state()).isEqualTo(State.REFUSED);
      var ruling = release.verdict().orElseThrow().rulings().getLast();
      assertThat(ruling.outcome()).isEqualTo(Outcome.FAIL);
      assertThat(ruling.measured()).isLessThan(0.3);
      assertThat(ruling.curve().orElseThrow().failsBelow().orElseThrow()).isBetween(-0.9, -0.01);
      assertThat(ruling.curve().orElseThrow().failsAbove()).isEmpty();
      assertThat(ruling.frames()).hasSize(12);
    }
  }

  @Test
  void endsWithTheSameVerdictWhereverItDiesAndLeavesTruthsWhereTheyAre() throws Exception {
    var gate = GATE.formatted("-31%, +10%", "0.01");
    Release clean;
    int objects;
    try (var bench = bench(gate)) {
      clean = bench.release(DetectorReleaseTest.run(bench));
      objects = bench.objects.written();
      var swept =
          bench.events.stream()
              .filter(LineageLinked.class::isInstance)
              .map(LineageLinked.class::cast)
              .map(LineageLinked::from)
              .filter(node -> node.label().endsWith("int8 under brightness"))
              .map(node -> node.digest())
              .findFirst()
              .orElseThrow();
      var evaluation = (DetectedSweep) UnderFault.read(bench.objects, swept);
      assertThat(evaluation.write(bench.objects)).isEqualTo(swept);
      var asTheyAre = evaluation.strengths().getFirst().images();
      assertThat(evaluation.strengths())
          .hasSize(10)
          .allSatisfy(strength -> {
            for (int i = 0; i < asTheyAre.size(); i++) {
              assertThat(strength.images().get(i).objects()).isEqualTo(asTheyAre.get(i).objects());
              assertThat(strength.images().get(i).image()).isEqualTo(asTheyAre.get(i).image());
            }
          });
    }
    for (int n = 5; n <= objects; n++) {
      try (var bench = bench(gate)) {
        bench.objects.dieAfter(n);
        var release = bench.release(DetectorReleaseTest.run(bench));
        assertThat(release.state()).as("died after object %d", n).isEqualTo(clean.state());
        assertThat(release.verdict()).isEqualTo(clean.verdict());
        assertThat(bench.objects.written()).isEqualTo(objects + 1);
      }
    }
  }

  private static ReleaseBench bench(String gates) throws Exception {
    var bench = new ReleaseBench(Squares.model(0), Optional.empty());
    bench.datasets.version(Squares.dataset(bench.objects));
    bench.datasets.policy(Squares.POLICY + gates);
    bench.objects.reset();
    return bench;
  }
}

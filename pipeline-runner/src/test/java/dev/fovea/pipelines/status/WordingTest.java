package dev.fovea.pipelines.status;

import static dev.fovea.pipelines.status.StatusApplication.digest;
import static dev.fovea.pipelines.status.StatusApplication.gates;
import static dev.fovea.pipelines.status.StatusApplication.release;
import static dev.fovea.pipelines.status.StatusApplication.ruling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.status.Standings.Standing;
import dev.fovea.teamfile.Gate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WordingTest {
  private static final Digest DIGEST = digest("a release");

  @Test
  void everyOutcomeHasItsStateAndTheValueWithItsBound() {
    assertThat(one(ruling(Outcome.PASS, "at least 90.00 %", 0.93214, "")))
        .isEqualTo(
            new Wanted(
                "fovea/accuracy of int8",
                CommitStatus.State.SUCCESS,
                "93.21 % (wanted: at least 90.00 %)",
                ""));
    assertThat(one(ruling(Outcome.FAIL, "at most 0.50 pp", 0.0123, "")).description())
        .isEqualTo("1.23 pp (wanted: at most 0.50 pp)");
    assertThat(one(ruling(Outcome.FAIL, "at most 20.000 MiB", 31.5, "MiB")).description())
        .isEqualTo("31.500 MiB (wanted: at most 20.000 MiB)");
    var few = one(ruling(Outcome.INCONCLUSIVE, "at least 90.00 %", 0.95, ""));
    assertThat(few.state()).isEqualTo(CommitStatus.State.FAILURE);
    assertThat(few.description())
        .isEqualTo("inconclusive: 95.00 % (wanted: at least 90.00 %), on test, 150 images");
    var none = one(ruling(Outcome.ERROR, "at least 90.00 %", Double.NaN, ""));
    assertThat(none.state()).isEqualTo(CommitStatus.State.ERROR);
    assertThat(none.description()).startsWith("the rule could not be measured");
    assertThat(
            one(ruling(Outcome.FAIL, "at most 9.000 ms", Double.POSITIVE_INFINITY, "ms"))
                .description())
        .isEqualTo("no end (wanted: at most 9.000 ms)");
  }

  @Test
  void aReleaseThatEndedWithoutAVerdictSaysWhyForEveryGate() {
    assertThat(unjudged(Release.State.WAITING, "it waits for a heavy job"))
        .allMatch(wanted -> wanted.state() == CommitStatus.State.PENDING);
    assertThat(unjudged(Release.State.FAILED, "the disk is full"))
        .hasSize(2)
        .allMatch(wanted ->
            wanted.state() == CommitStatus.State.ERROR
                && wanted.description().equals("not judged: the disk is full"));
    assertThat(unjudged(Release.State.REFUSED, "output 'logits' is another"))
        .allMatch(wanted -> wanted.state() == CommitStatus.State.FAILURE);
  }

  @Test
  void wordsFromElsewhereAreCutToWhatGitHubTakesWithoutHalvingACharacter() {
    for (int before = 0; before < 4; before++) {
      var words =
          unjudged(Release.State.FAILED, "x".repeat(before) + "\u0000\n\u202e" + "🐟".repeat(500))
              .getFirst()
              .description();
      assertThat(words.length()).isBetween(138, 140);
      assertThat(words).endsWith("🐟…").doesNotContain("\n", "\u0000", "\u202e");
    }
    assertThat(unjudged(Release.State.FAILED, "x".repeat(128)).getFirst().description())
        .as("140 characters are whole")
        .hasSize(140)
        .doesNotEndWith("…");
  }

  @Test
  void twoLimitsOnOneMeasureAreTwoStatusesWhoseNamesHoldNoLimit() {
    var gate = gates().getFirst();
    var sliced =
        new Gate(
            gate.measure(),
            gate.of(),
            false,
            Optional.of("s".repeat(400)),
            Optional.empty(),
            gate.bound(),
            0.8,
            16);
    var standing =
        new Standing(
            release(DIGEST, Release.State.RUNNING, Optional.empty(), ""),
            List.of(gate, gate, sliced));
    var contexts = Wording.of(standing, "fovea/parcels", "").stream().map(Wanted::context).toList();
    assertThat(contexts.subList(0, 2))
        .containsExactly("fovea/parcels/accuracy of int8", "fovea/parcels/accuracy of int8 (2)");
    assertThat(contexts.get(2)).hasSize(200).endsWith("…");
  }

  @Test
  void theLinkLeadsToTheReleasesPage() {
    var standing =
        new Standing(release(DIGEST, Release.State.RUNNING, Optional.empty(), ""), gates());
    for (var pages : List.of("https://fovea.example/mlops", "https://fovea.example/mlops/")) {
      assertThat(Wording.of(standing, "fovea", pages).getFirst().target())
          .isEqualTo("https://fovea.example/mlops/parcels/releases/" + DIGEST);
    }
  }

  private static Wanted one(Ruling ruling) {
    var verdict = new Verdict(ruling.outcome() == Outcome.PASS, List.of(ruling));
    var release = release(DIGEST, Release.State.REFUSED, Optional.of(verdict), "");
    return Wording.of(new Standing(release, gates().subList(0, 1)), "fovea", "").getFirst();
  }

  private static List<Wanted> unjudged(Release.State state, String reason) {
    return Wording.of(
        new Standing(release(DIGEST, state, Optional.empty(), reason), gates()), "fovea", "");
  }
}

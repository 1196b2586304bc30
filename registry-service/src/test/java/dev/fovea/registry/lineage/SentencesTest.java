package dev.fovea.registry.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {
  private static final Instant AT = Instant.parse("2026-11-22T22:41:00Z");

  private static LineageNode node(Kind kind, String label) {
    return LineageNode.named(kind, label, label);
  }

  private static LineageLinked arrow(LineageNode from, String verb, LineageNode to, Instant at) {
    return new LineageLinked(Name.of("digits"), from, verb, to, at);
  }

  @Test
  void aHundredFramesOfABatchAreOneSentence() {
    var batch = node(Kind.BATCH, "batch 1");
    var arrows = new ArrayList<LineageLinked>();
    for (int i = 0; i < 100; i++) {
      arrows.add(arrow(node(Kind.FRAME, "frame " + i), "chosen from", batch, AT));
    }
    assertThat(Sentences.of(arrows))
        .containsExactly("batch 1 was chosen from 100 frames at 22:41.");
  }

  @Test
  void framesOfDifferentFilesStayApart() {
    var arrows =
        List.of(
            arrow(node(Kind.VARIANT, "reader 1 int8"), "seen by", node(Kind.FRAME, "frame a"), AT),
            arrow(node(Kind.VARIANT, "reader 1 int8"), "seen by", node(Kind.FRAME, "frame b"), AT),
            arrow(node(Kind.VARIANT, "reader 2 int8"), "seen by", node(Kind.FRAME, "frame c"), AT));
    assertThat(Sentences.of(arrows))
        .containsExactly(
            "2 frames were seen by reader 1 int8 at 22:41.",
            "frame c was seen by reader 2 int8 at 22:41.");
  }

  @Test
  void aVerbOfItsOwnNeedsNoHelp() {
    var arrows =
        List.of(
            arrow(
                node(Kind.MODEL_VERSION, "reader 1"),
                "has a head fitted again from",
                node(Kind.MODEL_VERSION, "reader 2"),
                AT),
            arrow(
                node(Kind.ROLLOUT, "reader 1"),
                "was asked for by rita after",
                node(Kind.ROLLOUT, "reader 1, attempt 2"),
                AT));
    assertThat(Sentences.of(arrows))
        .containsExactly(
            "reader 2 has a head fitted again from reader 1 at 22:41.",
            "reader 1, attempt 2 was asked for by rita after reader 1 at 22:41.");
  }

  @Test
  void anotherDayIsSaid() {
    var commit = node(Kind.COMMIT, "commit 1");
    var data = node(Kind.DATASET_VERSION, "digits 1");
    var run = node(Kind.RUN, "run 1");
    assertThat(
            Sentences.of(
                List.of(
                    arrow(data, "trained on", run, AT),
                    arrow(commit, "made from", data, AT.minusSeconds(86_400)))))
        .containsExactly(
            "run 1 was trained on digits 1 at 22:41.",
            "digits 1 was made from commit 1 on 21 November 2026 at 22:41.");
  }
}

package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.lineage.LineageLinks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class LineageTest extends RegistryTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final Name project = project();

  @Autowired private Lineage lineage;
  @Autowired private LineageLinks links;

  @Test
  void saysWhySomethingIsThereFromItselfBackToTheCommit() {
    var commit = LineageNode.named(Kind.COMMIT, "c0ffee", "commit c0ffee00");
    var dataset = node(Kind.DATASET_VERSION, "digits 1");
    var fp32 = node(Kind.VARIANT, "digit-reader 3 fp32");
    var int8 = node(Kind.VARIANT, "digit-reader 3 int8");
    draw(fp32, "quantized from", int8, "2026-11-22T22:41:09Z");
    draw(dataset, "trained on", fp32, "2026-11-21T09:05:00Z");
    draw(commit, "was committed as", dataset, "2026-11-21T09:00:00Z");
    assertThat(lineage.why(project, int8.digest()))
        .containsExactly(
            "digit-reader 3 int8 was quantized from digit-reader 3 fp32 at 22:41.",
            "digit-reader 3 fp32 was trained on digits 1 on 21 November 2026 at 09:05.",
            "digits 1 was committed as commit c0ffee00 on 21 November 2026 at 09:00.");
    assertThat(lineage.why(project, commit.digest()))
        .containsExactly("commit c0ffee00 came from nothing that Fovea knows of.");
  }

  /** As the dataset service draws them. */
  @Test
  void stagesAreAnsweredBothWays() {
    var raw = node(Kind.DATASET_VERSION, "raw 2");
    var extra = node(Kind.DATA, "extra (3d94c44bc6da26cf1791a06d2cc7f45f.dir)");
    var stage = node(Kind.STAGE, "stage prepare of dvc.yaml");
    var commit = LineageNode.named(Kind.COMMIT, "c0ffee", "commit c0ffee00");
    var made = node(Kind.DATASET_VERSION, "digits 1");
    draw(commit, "recorded in", stage, "2026-11-22T10:01:00Z");
    draw(raw, "run on", stage, "2026-11-22T10:01:00Z");
    draw(extra, "run on", stage, "2026-11-22T10:01:00Z");
    draw(stage, "made by", made, "2026-11-22T10:01:00Z");
    assertThat(lineage.why(project, made.digest()))
        .startsWith("digits 1 was made by stage prepare of dvc.yaml at 10:01.")
        .containsExactlyInAnyOrder(
            "digits 1 was made by stage prepare of dvc.yaml at 10:01.",
            "stage prepare of dvc.yaml was recorded in commit c0ffee00 at 10:01.",
            "stage prepare of dvc.yaml was run on raw 2 at 10:01.",
            "stage prepare of dvc.yaml was run on extra (3d94c44bc6da26cf1791a06d2cc7f45f.dir) at 10:01.");
    assertThat(lineage.around(project, raw.digest(), 12).nodes())
        .as("what was made of it")
        .containsExactlyInAnyOrder(raw, stage, made);
    assertThat(lineage.find(project, "stage prep")).containsExactly(stage);
  }

  @Test
  void showsAncestorsAndDescendantsAndNobodyElse() {
    var dataset = node(Kind.DATASET_VERSION, "digits");
    var run = node(Kind.RUN, "run a");
    var sibling = node(Kind.RUN, "run b");
    var model = node(Kind.MODEL_VERSION, "reader 1");
    draw(dataset, "trained on", run, "2026-11-22T10:00:00Z");
    draw(dataset, "trained on", sibling, "2026-11-22T10:00:00Z");
    draw(run, "made by", model, "2026-11-22T10:05:00Z");
    var graph = lineage.around(project, run.digest(), 12);
    assertThat(graph.start()).isEqualTo(run);
    assertThat(graph.nodes()).containsExactlyInAnyOrder(dataset, run, model);
    assertThat(graph.links()).hasSize(2);
    assertThat(lineage.around(project, dataset.digest(), 1).nodes())
        .containsExactlyInAnyOrder(dataset, run, sibling);
  }

  @Test
  void anArrowDrawnTwiceIsOneAndTheNewestNameStaysInAnyOrder() {
    var from = node(Kind.DEVICE, "cpu");
    var digest = Digest.sha256("thing".getBytes(StandardCharsets.UTF_8));
    var older =
        new LineageLinked(
            project, from, "profiled on", new LineageNode(Kind.PROFILE, digest, "old name"), NOON);
    var newer =
        new LineageLinked(
            project,
            from,
            "profiled on",
            new LineageNode(Kind.PROFILE, digest, "new name"),
            NOON.plusSeconds(1));
    links.draw(newer);
    links.draw(older);
    links.draw(newer);
    var graph = lineage.around(project, digest, 12);
    assertThat(graph.start().label()).isEqualTo("new name");
    assertThat(graph.links()).hasSize(1);
  }

  @Test
  void aGuessedNameGivesWayToItsMakers() {
    var digest = Digest.sha256("dataset".getBytes(StandardCharsets.UTF_8));
    links.draw(
        new LineageLinked(
            project,
            new LineageNode(Kind.DATASET_VERSION, digest, "dataset 1234"),
            "trained on",
            node(Kind.RUN, "r"),
            NOON.plusSeconds(60)));
    links.draw(
        new LineageLinked(
            project,
            node(Kind.COMMIT, "c"),
            "committed as",
            new LineageNode(Kind.DATASET_VERSION, digest, "digits 1"),
            NOON));
    links.draw(
        new LineageLinked(
            project,
            new LineageNode(Kind.DATASET_VERSION, digest, "dataset 1234"),
            "trained on",
            node(Kind.RUN, "s"),
            NOON.plusSeconds(90)));
    assertThat(lineage.around(project, digest, 1).start().label()).isEqualTo("digits 1");
  }

  @Test
  void endsInCyclesAndAtFourHundredArrows() {
    var hub = node(Kind.DATASET_VERSION, "hub");
    IntStream.range(0, 450)
        .forEach(i -> draw(hub, "trained on", node(Kind.RUN, "run " + i), "2026-11-22T10:00:00Z"));
    var loop = node(Kind.RUN, "run 0");
    draw(loop, "made of", hub, "2026-11-22T10:00:00Z");
    assertThat(lineage.around(project, hub.digest(), 20).links()).hasSize(400);
    assertThat(lineage.why(project, hub.digest())).hasSizeLessThanOrEqualTo(400);
  }

  @Test
  void findsByDigitsAndByName() {
    var model = node(Kind.MODEL_VERSION, "Digit-Reader 3");
    draw(node(Kind.RUN, "run x_y%"), "made by", model, "2026-11-22T10:00:00Z");
    assertThat(lineage.find(project, model.digest().abbreviated())).containsExactly(model);
    assertThat(lineage.find(project, model.digest().toString())).containsExactly(model);
    assertThat(lineage.find(project, "digit-reader")).containsExactly(model);
    assertThat(lineage.find(project, "run x_y%")).hasSize(1);
    assertThat(lineage.find(project, "%")).isEmpty();
    assertThat(lineage.find(project(), "digit-reader")).isEmpty();
    assertThatThrownBy(() -> lineage.find(project, " ")).isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> lineage.around(project, node(Kind.RUN, "none").digest(), 3))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> lineage.around(project, model.digest(), 21))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void tiesARunToItsDatasetItsCommitAndItsModel() {
    var mlflow = mlflow(project);
    var version = Digest.sha256("digits".getBytes(StandardCharsets.UTF_8));
    var sha = "ab".repeat(20);
    links.draw(
        new LineageLinked(
            project,
            LineageNode.named(Kind.COMMIT, "first", "commit first"),
            "committed as",
            new LineageNode(Kind.DATASET_VERSION, version, "digits 7"),
            NOON));
    var run = mlflow.run("0", "first");
    mlflow.ok(
        mlflow.post(
            "runs/set-tag",
            Map.of("run_id", run, "key", "mlflow.source.git.commit", "value", sha)));
    mlflow.ok(
        mlflow.post(
            "runs/log-inputs",
            Map.of(
                "run_id",
                run,
                "datasets",
                List.of(
                    Map.of(
                        "tags", List.of(Map.of("key", "mlflow.data.context", "value", "training")),
                        "dataset",
                            Map.of(
                                "name",
                                "digits",
                                "digest",
                                version.toString(),
                                "source_type",
                                "fovea",
                                "source",
                                "{}"))))));
    mlflow.put("0", run, "model/model.pt2", "weights");
    mlflow.ok(mlflow.post("registered-models/create", Map.of("name", "digit-reader")));
    mlflow.ok(
        mlflow.post(
            "model-versions/create",
            Map.of("name", "digit-reader", "source", "runs:/%s/model".formatted(run))));
    var model = Digest.sha256("weights".getBytes(StandardCharsets.UTF_8));
    await()
        .untilAsserted(() ->
            assertThat(lineage.why(project, model))
                .anyMatch(
                    sentence -> sentence.startsWith("digit-reader 1 was made by run first at "))
                .anyMatch(sentence -> sentence.startsWith("run first was trained on digits 7 at "))
                .anyMatch(
                    sentence -> sentence.startsWith("run first was run from commit abababab at "))
                .anyMatch(sentence ->
                    sentence.startsWith(
                        "digits 7 was committed as commit first on 22 November 2026")));
  }

  private LineageNode node(Kind kind, String label) {
    return LineageNode.named(kind, label, label);
  }

  private void draw(LineageNode from, String verb, LineageNode to, String at) {
    links.draw(new LineageLinked(project, from, verb, to, Instant.parse(at)));
  }
}

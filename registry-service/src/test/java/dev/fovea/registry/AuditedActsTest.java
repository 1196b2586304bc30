package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Everything that changes what a name means, or takes something away, is in the chain. */
class AuditedActsTest extends RegistryTest {
  private static final String MODEL = "digit-reader";

  private final Name project = project();
  private final List<String> expected = new ArrayList<>();

  @Autowired private AuditLog audit;

  private Mlflow mlflow;

  @Test
  void everyActHasItsRowAndTheChainHolds() {
    mlflow = mlflow(project);
    models();
    runs();
    sweep();
    await().untilAsserted(() -> assertThat(acts()).containsExactlyInAnyOrderElementsOf(expected));
    assertThat(audit.verify(project).firstBad()).isZero();
    assertThat(rows())
        .allSatisfy(row -> {
          assertThat(row.who()).isEqualTo("ada");
          assertThat(row.outcome()).isEqualTo("done");
        });
  }

  @Test
  void whatChangesNothingLeavesNoRow() {
    mlflow = mlflow(project);
    did("made model: digit-reader", "registered-models/create", Map.of("name", MODEL));
    mlflow.ok(mlflow.delete("registered-models/alias", Map.of("name", MODEL, "alias", "nobody")));
    mlflow.ok(mlflow.delete("registered-models/delete-tag", Map.of("name", MODEL, "key", "none")));
    assertThat(mlflow.post("registered-models/create", Map.of("name", MODEL)).status())
        .isEqualTo(400);
    sweep();
    sweepAgain();
    await().untilAsserted(() -> assertThat(acts()).hasSameSizeAs(expected));
    assertThat(acts()).containsExactlyInAnyOrderElementsOf(expected);
  }

  private void models() {
    did("made model: digit-reader", "registered-models/create", Map.of("name", MODEL));
    for (int number = 1; number <= 2; number++) {
      var run = mlflow.run("0", "train " + number);
      mlflow.put("0", run, "model/model.pt2", "weights " + number + project);
      did(
          "registered model version: digit-reader " + number,
          "model-versions/create",
          Map.of("name", MODEL, "source", "runs:/%s/model".formatted(run)));
    }
    did(
        "pointed alias champion at version 2: digit-reader",
        "registered-models/alias",
        Map.of("name", MODEL, "alias", "champion", "version", "2"));
    did(
        "pointed alias champion at version 1: digit-reader",
        "registered-models/alias",
        Map.of("name", MODEL, "alias", "champion", "version", "1"));
    deleted(
        "deleted alias champion: digit-reader",
        "registered-models/alias",
        Map.of("name", MODEL, "alias", "champion"));
    did(
        "set tag task to 'digits': digit-reader",
        "registered-models/set-tag",
        Map.of("name", MODEL, "key", "task", "value", "digits"));
    deleted(
        "deleted tag task: digit-reader",
        "registered-models/delete-tag",
        Map.of("name", MODEL, "key", "task"));
    did(
        "set tag checked to 'by ada': digit-reader 1",
        "model-versions/set-tag",
        Map.of("name", MODEL, "version", "1", "key", "checked", "value", "by ada"));
    deleted(
        "deleted tag checked: digit-reader 1",
        "model-versions/delete-tag",
        Map.of("name", MODEL, "version", "1", "key", "checked"));
    did(
        "moved model version to stage Production: digit-reader 1",
        "model-versions/transition-stage",
        Map.of("name", MODEL, "version", "1", "stage", "Production"));
    did(
        "moved model version to stage Production: digit-reader 2",
        "model-versions/transition-stage",
        Map.of(
            "name",
            MODEL,
            "version",
            "2",
            "stage",
            "Production",
            "archive_existing_versions",
            true));
    expected.add("archived model version for version 2 in stage Production: digit-reader 1");
    deleted(
        "deleted model version: digit-reader 1",
        "model-versions/delete",
        Map.of("name", MODEL, "version", "1"));
    did(
        "renamed model to reader: digit-reader",
        "registered-models/rename",
        Map.of("name", MODEL, "new_name", "reader"));
    deleted("deleted model: reader", "registered-models/delete", Map.of("name", "reader"));
  }

  private void runs() {
    var run = mlflow.run("0", "kept");
    did("deleted run: " + run, "runs/delete", Map.of("run_id", run));
    did("restored run: " + run, "runs/restore", Map.of("run_id", run));
    var experiment =
        mlflow
            .ok(mlflow.post("experiments/create", Map.of("name", "night")))
            .path("experiment_id")
            .asString();
    did(
        "deleted experiment: %s night".formatted(experiment),
        "experiments/delete",
        Map.of("experiment_id", experiment));
    did(
        "restored experiment: %s night".formatted(experiment),
        "experiments/restore",
        Map.of("experiment_id", experiment));
  }

  private void sweep() {
    expected.add("made sweep: lr");
    sweepAgain();
  }

  private void sweepAgain() {
    var answer =
        mlflow.send(
            "POST",
            "/api/v1/projects/%s/sweeps".formatted(project),
            Mlflow.json(
                Map.of(
                    "name", "lr",
                    "experiment", "sweeps",
                    "method", "random",
                    "goal", "minimize",
                    "trials", 3,
                    "seed", 1,
                    "space", Map.of("lr", Map.of("type", "float", "low", 0.1, "high", 0.2)))),
            "application/json");
    assertThat(answer.status()).as(answer.message()).isEqualTo(200);
  }

  private void did(String act, String call, Map<String, ?> body) {
    expected.add(act);
    mlflow.ok(mlflow.post(call, body));
  }

  private void deleted(String act, String call, Map<String, ?> body) {
    expected.add(act);
    mlflow.ok(mlflow.delete(call, body));
  }

  private List<String> acts() {
    return rows().stream().map(AuditedActsTest::said).toList();
  }

  /** Without the tokens that this test has made. */
  private List<Audited> rows() {
    return audit.newest(project, 500).stream()
        .filter(row -> row.project().equals(project.text()))
        .toList();
  }

  private static String said(Audited row) {
    return row.act() + ": " + row.object();
  }
}

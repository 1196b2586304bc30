package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * MLflow's own client for Java, as somebody uses it who trains or serves on the JVM. It writes
 * 64-bit numbers as texts, and knows neither aliases nor logged models. Its artifacts are {@link
 * JavaClientArtifactsTest}'s.
 */
class JavaClientTest extends RegistryTest {
  private static final long FAR = 1L << 53;

  private final Name project = project();
  private MlflowClient client;

  @BeforeEach
  void signIn() {
    client =
        new MlflowClient(new BasicMlflowHostCreds(server(), token(project.text(), Role.ENGINEER)));
  }

  @AfterEach
  void leave() {
    client.close();
  }

  @Test
  void logsATrainingAndReadsItBack() {
    client.createExperiment("parcels");
    var context = new MlflowContext(client).setExperimentName("parcels");
    ActiveRun run = context.startRun("resnet");
    run.logParams(Map.of("lr", "0.1", "backbone", "resnet18"));
    run.logParam("note", "größer \"und\" schneller");
    for (int epoch = 0; epoch < 3; epoch++) {
      run.logMetric("loss", 1.0 / (epoch + 1), epoch);
    }
    run.logMetrics(Map.of("map50", 0.5, "map75", 0.25), 3);
    run.setTags(Map.of("stage", "trial"));
    run.endRun(RunStatus.FINISHED);

    var read = client.getRun(run.getId());
    assertThat(read.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    assertThat(read.getInfo().getExperimentId()).isEqualTo(context.getExperimentId());
    assertThat(read.getInfo().getEndTime()).isGreaterThanOrEqualTo(read.getInfo().getStartTime());
    assertThat(read.getInfo().getArtifactUri()).startsWith("mlflow-artifacts:/");
    assertThat(read.getData().getParamsList())
        .extracting(param -> param.getKey() + "=" + param.getValue())
        .containsExactlyInAnyOrder("lr=0.1", "backbone=resnet18", "note=größer \"und\" schneller");
    assertThat(read.getData().getTagsList())
        .extracting(RunTag::getKey)
        .contains("stage", "mlflow.runName", "mlflow.user");
    assertThat(client.getMetricHistory(run.getId(), "loss"))
        .extracting(Metric::getStep, Metric::getValue)
        .containsExactly(tuple(0L, 1.0), tuple(1L, 0.5), tuple(2L, 1.0 / 3));
    assertThat(client.getMetricHistory(run.getId(), "unknown")).isEmpty();
  }

  @Test
  void sendsBatchesWithNumbersThatOnlyFitIntoTexts() {
    var run = client.createRun(client.createExperiment("batches")).getRunId();
    client.logBatch(
        run,
        List.of(
            metric("m", 0.5, FAR + 1, -FAR - 1),
            metric("m", Double.NaN, FAR + 2, 1),
            metric("m", Double.POSITIVE_INFINITY, FAR + 3, 2)),
        List.of(Param.newBuilder().setKey("p").setValue("").build()),
        List.of(RunTag.newBuilder().setKey("t").setValue("v").build()));
    var history = client.getMetricHistory(run, "m");
    assertThat(history).extracting(Metric::getTimestamp).containsExactly(FAR + 1, FAR + 2, FAR + 3);
    assertThat(history).extracting(Metric::getStep).containsExactly(-FAR - 1, 1L, 2L);
    assertThat(history.get(1).getValue()).isNaN();
    assertThat(history.get(2).getValue()).isGreaterThan(1e308);
    client.deleteTag(run, "t");
    client.setTag(run, "t2", "v2");
    assertThat(client.getRun(run).getData().getTagsList())
        .extracting(RunTag::getKey)
        .contains("t2")
        .doesNotContain("t");
  }

  private static Metric metric(String key, double value, long at, long step) {
    return Metric.newBuilder().setKey(key).setValue(value).setTimestamp(at).setStep(step).build();
  }

  @Test
  void searchesRunsAndExperimentsPageByPage() {
    var experiment = client.createExperiment("searched");
    client.setExperimentTag(experiment, "task", "detection");
    for (int i = 0; i < 5; i++) {
      var run = client.createRun(experiment).getRunId();
      client.logMetric(run, "map", i / 10.0);
      client.logParam(run, "backbone", i % 2 == 0 ? "yolo" : "detr");
      client.setTerminated(run);
    }
    var page =
        client.searchRuns(
            List.of(experiment),
            "metrics.map >= 0.1 and params.backbone = 'detr'",
            ViewType.ACTIVE_ONLY,
            1,
            List.of("metrics.map DESC"));
    assertThat(page.getItems()).hasSize(1);
    assertThat(page.getItems().getFirst().getData().getMetrics(0).getValue()).isEqualTo(0.3);
    var next = page.getNextPage();
    assertThat(next.getItems())
        .extracting(run -> run.getData().getMetrics(0).getValue())
        .containsExactly(0.1);

    assertThat(client.searchExperiments("tags.task = 'detection'").getItems())
        .extracting(found -> found.getName())
        .containsExactly("searched");
    assertThat(client.getExperimentByName("searched")).isPresent();
    assertThat(client.getExperimentByName("none")).isEmpty();
  }

  @Test
  void deletesAndBringsBack() {
    var experiment = client.createExperiment("gone");
    var run = client.createRun(experiment).getRunId();
    client.deleteRun(run);
    assertThat(client.getRun(run).getInfo().getLifecycleStage()).isEqualTo("deleted");
    assertThat(client.searchRuns(List.of(experiment), "", ViewType.ACTIVE_ONLY, 10).getItems())
        .isEmpty();
    client.restoreRun(run);
    assertThat(client.getRun(run).getInfo().getLifecycleStage()).isEqualTo("active");
    client.deleteExperiment(experiment);
    client.restoreExperiment(experiment);
    client.renameExperiment(experiment, "back");
    assertThat(client.getExperiment(experiment).getName()).isEqualTo("back");
  }

  @Test
  void findsModelsAndTheirVersions() {
    var run = client.createRun("0").getRunId();
    mlflow(project).put("0", run, "model/model.onnx", "weights");
    client.sendPost("registered-models/create", "{\"name\": \"reader\"}");
    for (int i = 0; i < 2; i++) {
      client.sendPost(
          "model-versions/create",
          "{\"name\": \"reader\", \"source\": \"runs:/%s/model\", \"run_id\": \"%s\"}"
              .formatted(run, run));
    }
    client.sendPost(
        "model-versions/transition-stage",
        "{\"name\": \"reader\", \"version\": \"1\", \"stage\": \"Staging\"}");

    var model = client.getRegisteredModel("reader");
    assertThat(model.getName()).isEqualTo("reader");
    assertThat(model.getCreationTimestamp()).isPositive();
    assertThat(client.getModelVersion("reader", "2").getRunId()).isEqualTo(run);
    assertThat(client.getLatestVersions("reader", List.of("Staging")))
        .extracting(version -> version.getVersion() + version.getCurrentStage())
        .containsExactly("1Staging");
    assertThat(client.getModelVersionDownloadUri("reader", "1")).contains(run);
    var found = client.searchModelVersions("name = 'reader'", 1, List.of("version_number DESC"));
    assertThat(found.getItems()).extracting(version -> version.getVersion()).containsExactly("2");
    assertThat(found.getNextPage().getItems())
        .extracting(version -> version.getVersion())
        .containsExactly("1");
  }

  @Test
  void isToldWhatWasWrong() {
    assertThatThrownBy(() -> client.getRun("f".repeat(32)))
        .isInstanceOfSatisfying(
            MlflowHttpException.class,
            e -> {
              assertThat(e.getStatusCode()).isEqualTo(404);
              assertThat(e.getBodyMessage()).contains("RESOURCE_DOES_NOT_EXIST");
            });
    var run = client.createRun("0").getRunId();
    client.logParam(run, "lr", "0.1");
    client.logParam(run, "lr", "0.1");
    assertThatThrownBy(() -> client.logParam(run, "lr", "0.2"))
        .isInstanceOfSatisfying(
            MlflowHttpException.class,
            e -> assertThat(e.getBodyMessage()).contains("Changing param values is not allowed"));
    try (var stranger = new MlflowClient(new BasicMlflowHostCreds(server(), "not-a-token"))) {
      assertThatThrownBy(() -> stranger.getRun(run))
          .isInstanceOfSatisfying(
              MlflowHttpException.class, e -> assertThat(e.getStatusCode()).isEqualTo(401));
    }
  }
}

package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import dev.fovea.registry.RunAlert.Kind;
import dev.fovea.registry.Webhooks.WebhookRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** What runs suffer from, as a webhook hears of it. */
@TestPropertySource(
    properties = {
      "fovea.registry.webhooks.allowed=127.0.0.1",
      "fovea.registry.alerts.every=200ms",
      "fovea.registry.alerts.stall-after=6s"
    })
class RunAlertsTest extends RegistryTest {
  @TempDir private static Path folder;

  @Autowired private Webhooks webhooks;
  @Autowired private Runs runs;
  @Autowired private JdbcClient sql;

  private final Name project = project();
  private final Receiver receiver = new Receiver();
  private Mlflow mlflow;

  @DynamicPropertySource
  static void key(DynamicPropertyRegistry properties) {
    properties.add("fovea.registry.webhooks.own-key-file", () -> folder.resolve("key").toString());
  }

  @BeforeEach
  void listen() {
    mlflow = mlflow(project);
    as(
        new Caller("root", "*", Set.of(Role.ADMIN)),
        () ->
            webhooks.create(
                project, new WebhookRequest("alerts", "", receiver.url(), List.of("run.alert"))));
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void theFirstNanOrInfinityOfARunIsToldOnce() {
    var run = mlflow.run("0", "overflow");
    log(run, 0, 1);
    assertThat(runs.alerts(project, run)).isEmpty();
    metric(run, "grad norm", "Infinity", 7);
    metric(run, "loss", "NaN", 8);
    metric(run, "loss", "NaN", 9);
    await().untilAsserted(() -> assertThat(receiver.got()).hasSize(1));
    var data = receiver.got().getFirst().json().path("data");
    assertThat(data.path("kind").asString()).isEqualTo("not_finite");
    assertThat(data.path("run_id").asString()).isEqualTo(run);
    assertThat(data.path("run_name").asString()).isEqualTo("overflow");
    assertThat(data.path("explanation").asString()).isEqualTo("grad norm was infinite at step 7");
    assertThat(runs.alerts(project, run.substring(0, 10)))
        .singleElement()
        .satisfies(alert -> {
          assertThat(alert.kind()).isEqualTo(Kind.NOT_FINITE);
          assertThat(alert.metric()).isEqualTo("grad norm");
        });
  }

  @Test
  void aLossThatDivergesIsToldOnceAndAccuracyNever() {
    var run = mlflow.run("0", "too fast");
    log(run, IntStream.range(0, 60).mapToDouble(i -> .3 + 2 * Math.exp(-i / 10.0)).toArray());
    mlflow.ok(
        mlflow.post(
            "runs/log-batch",
            Map.of(
                "run_id",
                run,
                "metrics",
                IntStream.range(0, 60)
                    .mapToObj(
                        i -> Map.of("key", "accuracy", "value", i * i, "timestamp", i, "step", i))
                    .toList())));
    assertThat(runs.alerts(project, run)).isEmpty();
    for (int i = 0; i < 8; i++) {
      metric(run, "val/loss", Double.toString(5 * Math.pow(4, i)), 60 + i);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(receiver.got()).hasSize(1));
    assertThat(receiver.got().getFirst().json().at("/data/explanation").asString())
        .startsWith("val/loss fell from ")
        .contains("its last 5 values are ");
    assertThat(runs.alerts(project, run))
        .extracting(RunAlert::kind)
        .containsExactly(Kind.DIVERGENCE);
  }

  @Test
  void aRunThatGoesOnAndSaysNothingHasStalled() {
    var silent = mlflow.run("0", "silent");
    var ended = mlflow.run("0", "ended");
    mlflow.ok(mlflow.post("runs/update", Map.of("run_id", ended, "status", "FINISHED")));
    var talking = mlflow.run("0", "talking");
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> {
          log(talking, 1);
          assertThat(receiver.got()).isNotEmpty();
        });
    assertThat(runs.alerts(project, silent))
        .extracting(RunAlert::kind, RunAlert::words)
        .containsExactly(tuple(Kind.STALL, "nothing was logged for 6 s"));
    assertThat(runs.alerts(project, ended)).isEmpty();
    assertThat(runs.alerts(project, talking)).isEmpty();
    assertThat(receiver.got()).hasSize(1);
    assertThat(
            sql.sql("select count(*) from registry.run_pulse where run = ?")
                .param(ended)
                .query(Integer.class)
                .single())
        .as("runs that ended are not watched")
        .isZero();
  }

  private void log(String run, double... values) {
    mlflow.ok(
        mlflow.post(
            "runs/log-batch",
            Map.of(
                "run_id",
                run,
                "metrics",
                IntStream.range(0, values.length)
                    .mapToObj(i ->
                        Map.of("key", "val/loss", "value", values[i], "timestamp", i, "step", i))
                    .toList())));
  }

  private void metric(String run, String key, String value, int step) {
    mlflow.ok(
        mlflow.post(
            "runs/log-metric",
            Map.of("run_id", run, "key", key, "value", value, "timestamp", step, "step", step)));
  }
}

package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The calls about one sweep, as a worker and its stock MLflow client make them. */
final class SweepCallsOf {
  private final Mlflow mlflow;
  private final String root;
  private final String sweep;

  SweepCallsOf(Mlflow mlflow, String project, String sweep) {
    this.mlflow = mlflow;
    this.root = "/api/v1/projects/%s/sweeps".formatted(project);
    this.sweep = root + "/" + sweep;
  }

  Mlflow.Answer create(Map<String, ?> plan) {
    return mlflow.send("POST", root, Mlflow.json(plan), "application/json");
  }

  JsonNode ask(String key) {
    return mlflow.ok(post("/ask", Map.of("worker", "w", "key", key, "leaseSeconds", 60)));
  }

  JsonNode work(String key) {
    var asked = ask(key);
    assertThat(asked.path("state").asString()).as(asked.toString()).isEqualTo("TRIAL");
    return asked.path("work");
  }

  /** What {@code mlflow.log_metric} sends. */
  void log(JsonNode work, String metric, Object value, long step) {
    mlflow.ok(
        mlflow.post(
            "runs/log-metric",
            Map.of(
                "run_id",
                run(work),
                "key",
                metric,
                "value",
                value,
                "timestamp",
                System.currentTimeMillis(),
                "step",
                step)));
  }

  /** What {@code mlflow.end_run} sends. */
  void end(JsonNode work, String status) {
    mlflow.ok(
        mlflow.post(
            "runs/update",
            Map.of("run_id", run(work), "status", status, "end_time", System.currentTimeMillis())));
  }

  Mlflow.Answer shouldStop(JsonNode work) {
    return mlflow.send(
        "GET",
        "%s/trials/%s/should-stop?lease=%s"
            .formatted(sweep, work.path("trial"), work.path("lease").asString()),
        new byte[0],
        "");
  }

  String decision(JsonNode work) {
    return mlflow.ok(shouldStop(work)).path("decision").asString();
  }

  Mlflow.Answer report(JsonNode work, long step, Object value) {
    return post(
        "/trials/%s/report".formatted(work.path("trial")),
        Map.of("lease", work.path("lease").asString(), "step", step, "value", value));
  }

  Mlflow.Answer tell(
      JsonNode work, String state, @Nullable Object value, @Nullable Object latency) {
    var body = new LinkedHashMap<String, Object>();
    body.put("lease", work.path("lease").asString());
    body.put("state", state);
    if (value != null) {
      body.put("value", value);
    }
    if (latency != null) {
      body.put("latency", latency);
    }
    return post("/trials/%s/tell".formatted(work.path("trial")), body);
  }

  JsonNode progress() {
    return mlflow.ok(get(""));
  }

  String states() {
    return progress().path("states").toString();
  }

  JsonNode page() {
    return mlflow.ok(get("/report"));
  }

  JsonNode trial(int number) {
    return page().path("trials").path(number);
  }

  static String run(JsonNode work) {
    return work.path("runId").asString();
  }

  private Mlflow.Answer get(String path) {
    return mlflow.send("GET", sweep + path, new byte[0], "");
  }

  private Mlflow.Answer post(String path, Map<String, ?> body) {
    return mlflow.send("POST", sweep + path, Mlflow.json(body), "application/json");
  }
}

package dev.fovea.demo;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls of MLflow's REST protocol that its stock client makes for a training script. */
final class Tracker implements AutoCloseable {
  private static final String BASE = "/api/2.0/mlflow/";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final Web web;

  Tracker(Stage stage) {
    this.web = new Web(stage.engineer());
  }

  /** The experiment's id; made where it is missing. */
  String experiment(String name) throws IOException, InterruptedException {
    var found =
        web.send(
            "GET",
            BASE + "experiments/get-by-name?experiment_name=" + encoded(name),
            "",
            new byte[0]);
    return found.good()
        ? JSON.readTree(found.body()).path("experiment").path("experiment_id").asString()
        : call("experiments/create", Map.of("name", name)).path("experiment_id").asString();
  }

  /** The finished run of that name, where an earlier demo logged it. */
  Optional<String> finishedRun(String experiment, String name)
      throws IOException, InterruptedException {
    var found =
        call(
            "runs/search",
            Map.of(
                "experiment_ids", List.of(experiment),
                "filter",
                    "attributes.run_name = '%s' AND attributes.status = 'FINISHED'"
                        .formatted(name)));
    return Optional.ofNullable(
        found.path("runs").path(0).path("info").path("run_id").asString(null));
  }

  String startRun(String experiment, String name) throws IOException, InterruptedException {
    return call(
            "runs/create",
            Map.of(
                "experiment_id",
                experiment,
                "run_name",
                name,
                "start_time",
                System.currentTimeMillis()))
        .path("run")
        .path("info")
        .path("run_id")
        .asString();
  }

  /** Parameters, tags, and each metric's values by step. */
  void log(
      String run,
      Map<String, String> params,
      Map<String, String> tags,
      Map<String, List<Double>> metrics)
      throws IOException, InterruptedException {
    long now = System.currentTimeMillis();
    var points = new ArrayList<Map<String, Object>>();
    metrics.forEach((key, values) -> {
      for (int step = 0; step < values.size(); step++) {
        points.add(
            Map.of("key", key, "value", values.get(step), "timestamp", now + step, "step", step));
      }
    });
    call(
        "runs/log-batch",
        Map.of("run_id", run, "params", pairs(params), "tags", pairs(tags), "metrics", points));
  }

  /** The dataset version that the run used. */
  void logInput(String run, String dataset, String digest)
      throws IOException, InterruptedException {
    call(
        "runs/log-inputs",
        Map.of(
            "run_id",
            run,
            "datasets",
            List.of(
                Map.of(
                    "tags",
                    List.of(Map.of("key", "mlflow.data.context", "value", "training")),
                    "dataset",
                    Map.of(
                        "name",
                        dataset,
                        "digest",
                        digest,
                        "source_type",
                        "fovea",
                        "source",
                        "{}")))));
  }

  void artifact(String experiment, String run, String path, byte[] content)
      throws IOException, InterruptedException {
    web.require(
        "PUT",
        "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/%s".formatted(experiment, run, path),
        "application/octet-stream",
        content);
  }

  void finish(String run) throws IOException, InterruptedException {
    call(
        "runs/update",
        Map.of("run_id", run, "status", "FINISHED", "end_time", System.currentTimeMillis()));
  }

  /** Registers the run's model folder; answers the version's number. */
  int register(String model, String run) throws IOException, InterruptedException {
    web.send(
        "POST",
        BASE + "registered-models/create",
        "application/json",
        bytes(Map.of("name", model)));
    var made =
        call(
            "model-versions/create",
            Map.of("name", model, "source", "runs:/%s/model".formatted(run), "run_id", run));
    return Integer.parseInt(made.path("model_version").path("version").asString());
  }

  private JsonNode call(String method, Object body) throws IOException, InterruptedException {
    return JSON.readTree(
        web.require("POST", BASE + method, "application/json", bytes(body)).body());
  }

  private static byte[] bytes(Object body) {
    return JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
  }

  private static List<Map<String, String>> pairs(Map<String, String> map) {
    return map.entrySet().stream()
        .map(e -> Map.of("key", e.getKey(), "value", e.getValue()))
        .toList();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    web.close();
  }
}

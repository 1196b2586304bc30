package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class TrackingTest extends RegistryTest {
  private final Name project = project();

  @Test
  void everyProjectHasItsOwnDefaultExperiment() {
    var ours = mlflow(project);
    var theirs = mlflow(project());
    assertThat(
            ours.ok(ours.get("experiments/get", Map.of("experiment_id", "0")))
                .at("/experiment/name")
                .asString())
        .isEqualTo("Default");
    var run = ours.run("0", "mine");
    assertThat(ours.search("0", "")).containsExactly("mine");
    assertThat(theirs.search("0", "")).isEmpty();
    assertThat(theirs.get("runs/get", Map.of("run_id", run)).code())
        .isEqualTo("RESOURCE_DOES_NOT_EXIST");
    assertThat(
            theirs.post("runs/set-tag", Map.of("run_id", run, "key", "k", "value", "v")).status())
        .isEqualTo(404);
    assertThat(theirs.post("runs/delete", Map.of("run_id", run)).status()).isEqualTo(404);
  }

  @Test
  void aWorkspaceChoosesTheProjectForThoseWhoSeeSeveral() {
    var owner = mlflow("*", Map.of("X-MLFLOW-WORKSPACE", project.text()));
    owner.run("0", "of the workspace");
    assertThat(mlflow(project).search("0", "")).containsExactly("of the workspace");
    var stranger = mlflow(project().text(), Map.of("X-MLFLOW-WORKSPACE", project.text()));
    assertThat(stranger.get("experiments/get", Map.of("experiment_id", "0")).code())
        .isEqualTo("RESOURCE_DOES_NOT_EXIST");
  }

  @Test
  void refusesThoseWithoutAToken() {
    var nobody = new Mlflow(server(), Map.of("Authorization", "Bearer wrong"));
    var answer = nobody.get("experiments/get", Map.of("experiment_id", "0"));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void theLatestMetricIsThatOfTheHighestStepAndNotTheLastToArrive() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    log(mlflow, run, point("loss", 0.5, 10, 5), point("loss", 9, 99, 2), point("loss", 0.4, 10, 5));
    var metric = mlflow.readRun(run).at("/data/metrics/0");
    assertThat(metric.path("value").doubleValue()).isEqualTo(0.5);
    assertThat(metric.path("step").isIntegralNumber()).isTrue();
    assertThat(metric.path("timestamp").longValue()).isEqualTo(10);
  }

  @Test
  void theSameBatchTwiceIsOneBatch() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    var points = IntStream.range(0, 1000).mapToObj(i -> point("m", i, i, i)).toArray(Map[]::new);
    log(mlflow, run, points);
    log(mlflow, run, points);
    var history =
        mlflow.ok(mlflow.get("metrics/get-history", Map.of("run_id", run, "metric_key", "m")));
    assertThat(history.path("metrics").size()).isEqualTo(1000);
    assertThat(history.has("next_page_token")).isFalse();
    var page =
        mlflow.ok(
            mlflow.get(
                "metrics/get-history",
                Map.of("run_id", run, "metric_key", "m", "max_results", "400")));
    assertThat(page.path("metrics").size()).isEqualTo(400);
    assertThat(page.path("next_page_token").asString("")).isNotEmpty();
  }

  @Test
  void aBatchIsAllOrNothing() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    mlflow.ok(
        mlflow.post("runs/log-parameter", Map.of("run_id", run, "key", "lr", "value", "0.1")));
    var answer =
        mlflow.post(
            "runs/log-batch",
            Map.of(
                "run_id", run,
                "metrics", List.of(point("m", 1, 1, 1)),
                "params",
                    List.of(
                        Map.of("key", "lr", "value", "0.2"), Map.of("key", "new", "value", "1"))));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .contains(
            "Changing param values is not allowed",
            "{'key': 'lr', 'old_value': '0.1', 'new_value': '0.2'}");
    var data = mlflow.readRun(run).path("data");
    assertThat(data.path("params").size()).isEqualTo(1);
    assertThat(data.has("metrics")).isFalse();
  }

  @Test
  void refusesTwinParamsInOneBatchEvenIfEqual() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    var twin = Map.of("key", "x", "value", "1");
    var answer =
        mlflow.post("runs/log-batch", Map.of("run_id", run, "params", List.of(twin, twin)));
    assertThat(answer.message()).contains("Duplicate parameter keys have been submitted: ['x']");
  }

  /** R19. */
  @Test
  void takesMetricsAtTheEdgesOfTheirTypesAsMlflowDoes() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    mlflow.ok(
        mlflow.send(
            "POST",
            "/api/2.0/mlflow/runs/log-batch",
            """
            {"run_id": "%s", "metrics": [
              {"key": "nan", "value": "NaN", "timestamp": 1},
              {"key": "inf", "value": "Infinity", "timestamp": 253402300799000, "step": "-9223372036854775808"},
              {"key": "minus", "value": "-Infinity", "timestamp": "1"},
              {"key": "large", "value": 1e309, "timestamp": 1}]}
            """
                .formatted(run)
                .getBytes(StandardCharsets.UTF_8),
            "application/json"));
    var metrics = mlflow.readRun(run).at("/data/metrics");
    var byKey = new HashMap<String, String>();
    metrics.forEach(
        metric -> byKey.put(metric.path("key").asString(), metric.path("value").asString()));
    assertThat(byKey)
        .containsEntry("nan", "NaN")
        .containsEntry("inf", "1.7976931348623157E308")
        .containsEntry("minus", "-1.7976931348623157E308")
        .containsEntry("large", "1.7976931348623157E308");
    assertThat(metrics.path(0).path("step").longValue()).isEqualTo(Long.MIN_VALUE);
    for (var wrong :
        List.of(
            "{\"key\": \"k\", \"value\": 1, \"timestamp\": -1}",
            "{\"key\": \"k\", \"value\": 1, \"timestamp\": 9223372036854775808}",
            "{\"key\": \"bad/../k\", \"value\": 1, \"timestamp\": 1}")) {
      var answer =
          mlflow.send(
              "POST",
              "/api/2.0/mlflow/runs/log-batch",
              "{\"run_id\": \"%s\", \"metrics\": [%s]}"
                  .formatted(run, wrong)
                  .getBytes(StandardCharsets.UTF_8),
              "application/json");
      assertThat(answer.status()).as(wrong).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    }
    assertThat(
            mlflow.post("runs/log-batch", Map.of("run_id", run, "metrics", points(1001))).message())
        .contains("at most 1000 metrics. Got 1001 metrics. Please split up");
  }

  @Test
  void saysWhichFieldIsMissingOrWrongInMlflowsWords() {
    var mlflow = mlflow(project);
    assertThat(mlflow.post("experiments/create", Map.of()).message())
        .startsWith("Missing value for required parameter 'name'. See the API docs");
    assertThat(mlflow.post("experiments/create", Map.of("name", 123)).message())
        .startsWith("Invalid value 123 for parameter 'name' supplied");
    var run = mlflow.run("0", "r");
    assertThat(
            mlflow
                .post(
                    "runs/log-batch",
                    Map.of("run_id", run, "metrics", List.of(Map.of("key", "k", "value", 1))))
                .message())
        .contains("Missing value for required parameter 'metrics[0].timestamp'");
    assertThat(
            mlflow
                .send(
                    "POST",
                    "/api/2.0/mlflow/experiments/create",
                    "{}".getBytes(StandardCharsets.UTF_8),
                    "text/plain")
                .message())
        .contains("Content-Type must be one of ['application/json']");
  }

  /** A8. */
  @Test
  void refusesHostileJson() {
    var mlflow = mlflow(project);
    for (var body :
        List.of(
            "[1]",
            "{",
            "{\"name\": \"a\", \"name\": \"b\"}",
            "{\"name\": " + "[".repeat(10_000),
            "{\"name\": 1" + "0".repeat(5_000) + "}",
            "{\"name\": \"\\u0000\"}")) {
      var answer =
          mlflow.send(
              "POST",
              "/api/2.0/mlflow/experiments/create",
              body.getBytes(StandardCharsets.UTF_8),
              "application/json");
      assertThat(answer.status()).as(body.substring(0, Math.min(40, body.length()))).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("INVALID_PARAMETER_VALUE");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/2.0/mlflow/traces",
        "POST /api/3.0/mlflow/traces/search",
        "POST /ajax-api/3.0/mlflow/traces/search",
        "GET /ajax-api/3.0/mlflow/gateway/endpoints/list",
        "POST /api/2.0/mlflow/webhooks/a/b/c",
        "POST /api/2.0/mlflow/metrics/other",
        "GET /ajax-api/2.0/mlflow-artifacts/other"
      })
  void saysWhatItDoesNotOffer(String call) {
    var words = call.split(" ");
    var answer =
        mlflow(project)
            .send(
                words[0],
                words[1],
                words[0].equals("GET") ? new byte[0] : Mlflow.json(Map.of()),
                "application/json");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("ENDPOINT_NOT_FOUND");
    assertThat(answer.message()).startsWith("Fovea does not offer " + call + ": ");
  }

  @Test
  void experimentsAreSearchedByGetAsWellAsByPost() {
    var mlflow = mlflow(project);
    mlflow.experiment("night shift");
    mlflow.experiment("day shift");
    var query = Map.of("filter", "name LIKE '%shift'", "order_by", "name ASC", "max_results", "1");
    var page = mlflow.ok(mlflow.get("experiments/search", query));
    assertThat(page.at("/experiments/0/name").asString()).isEqualTo("day shift");
    assertThat(
            mlflow.ok(
                mlflow.post(
                    "experiments/search",
                    Map.of(
                        "filter",
                        "name LIKE '%shift'",
                        "order_by",
                        List.of("name ASC"),
                        "max_results",
                        1))))
        .isEqualTo(page);
    assertThat(mlflow.get("experiments/search", Map.of("max_results", "50001")).message())
        .startsWith("Invalid value 50001 for parameter 'max_results' supplied");
  }

  @Test
  void keepsTheHistoryOfModelsThatOlderClientsLog() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    for (var folder : List.of("first", "second")) {
      mlflow.ok(
          logModel(
              mlflow,
              run,
              """
              {"artifact_path": "%s", "run_id": "%s", "utc_time_created": "2026-01-01", "signature": {"inputs": "long"},
               "flavors": {"pytorch": {"model_data": "data", "config": {"long": 1}}, "python_function": null}}
              """
                  .formatted(folder, run)));
    }
    var history = JsonMapper.shared().readTree(tag(mlflow, run, "mlflow.log-model.history"));
    assertThat(history.valueStream().map(model -> model.path("artifact_path").asString()))
        .containsExactly("first", "second");
    assertThat(history.path(0).at("/flavors/pytorch").toString())
        .isEqualTo("{\"model_data\":\"data\"}");
    assertThat(history.path(0).has("signature")).isFalse();
  }

  @Test
  void refusesModelsOfOlderClientsThatAreNone() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    for (var wrong : List.of("{", "[]", "1", "null", "{\"a\": " + "[".repeat(5_000))) {
      assertThat(logModel(mlflow, run, wrong).message()).startsWith("Malformed model info.");
    }
    assertThat(logModel(mlflow, run, "{\"run_id\": \"x\", \"flavors\": {}}").message())
        .isEqualTo("Model json is missing mandatory fields: {'artifact_path', 'utc_time_created'}");
    assertThat(logModel(mlflow, run, " ".repeat(1_000_001)).message())
        .contains("exceeds the maximum length of 1000000 characters");
    var large =
        "{\"artifact_path\": \"%s\", \"run_id\": \"x\", \"utc_time_created\": \"t\", \"flavors\": {}}"
            .formatted("x".repeat(5_000));
    mlflow.ok(logModel(mlflow, run, large));
    assertThat(logModel(mlflow, run, large).message())
        .contains("would have", "(expected: at most 8000)");
    assertThat(JsonMapper.shared().readTree(tag(mlflow, run, "mlflow.log-model.history")).size())
        .isEqualTo(1);
    mlflow.ok(mlflow.post("runs/delete", Map.of("run_id", run)));
    assertThat(logModel(mlflow, run, large).message()).contains("must be in the 'active' state");
    assertThat(logModel(mlflow(project()), run, large).status()).isEqualTo(404);
  }

  @Test
  void deletedRunsTakeNothingAndComeBackWhole() {
    var mlflow = mlflow(project);
    var run = mlflow.run("0", "r");
    log(mlflow, run, point("m", 1, 1, 1));
    mlflow.ok(mlflow.post("runs/delete", Map.of("run_id", run)));
    assertThat(mlflow.search("0", "")).isEmpty();
    assertThat(mlflow.post("runs/log-metric", point(run, "m", 2)).message())
        .contains("must be in the 'active' state. Current state is deleted.");
    mlflow.ok(mlflow.post("runs/restore", Map.of("run_id", run)));
    assertThat(mlflow.readRun(run).at("/data/metrics").size()).isEqualTo(1);
  }

  /** R3. */
  @Test
  void theServerChoosesWhereArtifactsAre() {
    var mlflow = mlflow(project);
    for (var location :
        List.of(
            "http://169.254.169.254/", "file:///etc", "s3://bucket", "/tmp", "ftp://x", "gs://x")) {
      var answer =
          mlflow.post(
              "experiments/create", Map.of("name", "e-" + location, "artifact_location", location));
      assertThat(answer.code()).as(location).isEqualTo("INVALID_PARAMETER_VALUE");
    }
  }

  private static Mlflow.Answer logModel(Mlflow mlflow, String run, String model) {
    return mlflow.post("runs/log-model", Map.of("run_id", run, "model_json", model));
  }

  private static String tag(Mlflow mlflow, String run, String key) {
    return mlflow
        .readRun(run)
        .at("/data/tags")
        .valueStream()
        .filter(tag -> tag.path("key").asString().equals(key))
        .findFirst()
        .orElseThrow()
        .path("value")
        .asString();
  }

  private static void log(Mlflow mlflow, String run, Map<?, ?>... points) {
    mlflow.ok(mlflow.post("runs/log-batch", Map.of("run_id", run, "metrics", points)));
  }

  private static Map<String, Object> point(String key, double value, long at, long step) {
    return Map.of("key", key, "value", value, "timestamp", at, "step", Long.toString(step));
  }

  private static Map<String, Object> point(String run, String key, double value) {
    return Map.of("run_id", run, "key", key, "value", value, "timestamp", 1);
  }

  private static List<Map<String, Object>> points(int count) {
    return new ArrayList<>(
        Stream.iterate(0, i -> i + 1).limit(count).map(i -> point("m", i, i, i)).toList());
  }
}

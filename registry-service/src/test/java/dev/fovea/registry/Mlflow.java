package dev.fovea.registry;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** MLflow's REST calls as raw HTTP, with one token. */
final class Mlflow {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();

  private final String server;
  private final Map<String, String> headers;

  Mlflow(String server, Map<String, String> headers) {
    this.server = server;
    this.headers = headers;
  }

  /** What came back. */
  record Answer(int status, byte[] body, HttpResponse<byte[]> response) {
    JsonNode json() {
      return JSON.readTree(body);
    }

    String code() {
      return json().path("error_code").asString("");
    }

    String message() {
      return json().path("message").asString("");
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /** What a body is sent as. */
  static byte[] json(Object body) {
    return JSON.writeValueAsBytes(body);
  }

  Answer post(String call, Object body) {
    return send("POST", "/api/2.0/mlflow/" + call, json(body), "application/json");
  }

  Answer patch(String call, Object body) {
    return send("PATCH", "/api/2.0/mlflow/" + call, json(body), "application/json");
  }

  Answer delete(String call, Object body) {
    return send("DELETE", "/api/2.0/mlflow/" + call, json(body), "application/json");
  }

  Answer get(String call, Map<String, String> query) {
    var written =
        query.entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return send("GET", "/api/2.0/mlflow/" + call + "?" + written, new byte[0], "");
  }

  Answer send(String method, String path, byte[] body, String contentType) {
    var request =
        HttpRequest.newBuilder(URI.create(server + path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    try {
      var response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (Exception e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  /** The body of a call that must succeed. */
  JsonNode ok(Answer answer) {
    if (answer.status() != 200) {
      throw new AssertionError(
          "%d %s (expected: 200)"
              .formatted(answer.status(), new String(answer.body(), StandardCharsets.UTF_8)));
    }
    return answer.json();
  }

  String experiment(String name) {
    return ok(post("experiments/create", Map.of("name", name))).path("experiment_id").asString();
  }

  String run(String experiment, String name) {
    return ok(post(
            "runs/create",
            Map.of(
                "experiment_id", experiment, "run_name", name, "start_time", 1_700_000_000_000L)))
        .at("/run/info/run_id")
        .asString();
  }

  JsonNode readRun(String run) {
    return ok(get("runs/get", Map.of("run_id", run, "run_uuid", run))).path("run");
  }

  void put(String experiment, String run, String path, String content) {
    ok(putting(experiment, run, path, content));
  }

  Answer putting(String experiment, String run, String path, String content) {
    return send(
        "PUT",
        "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/%s".formatted(experiment, run, path),
        content.getBytes(StandardCharsets.UTF_8),
        "application/octet-stream");
  }

  /** A run with these files under {@code model}, registered. */
  Answer register(String model, Map<String, String> files) {
    var run = run("0", "makes " + model);
    files.forEach((path, content) -> put("0", run, "model/" + path, content));
    post("registered-models/create", Map.of("name", model));
    return post(
        "model-versions/create",
        Map.of("name", model, "source", "runs:/%s/model".formatted(run), "run_id", run));
  }

  List<String> search(String experiment, String filter, String... order) {
    var found =
        ok(
            post(
                "runs/search",
                Map.of(
                    "experiment_ids", List.of(experiment), "filter", filter, "order_by", order)));
    return found
        .path("runs")
        .valueStream()
        .map(run -> run.at("/info/run_name").asString())
        .toList();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.MetricHistory;
import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Query;
import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** The server that everything is brought into, by the calls that any MLflow client makes. */
public final class Fovea implements AutoCloseable {
  /** The tag that says what something was made of: the source's kind and id. */
  static final String SOURCE_TAG = "fovea.import.source";

  private static final String BASE = "/api/2.0/mlflow/";
  private static final int RUNS_A_PAGE = 200;
  private static final int MOST_FOLDERS = 100_000;

  private final Rest rest;
  private long written;

  public Fovea(Rest rest) {
    this.rest = rest;
  }

  /** How many calls have changed something. */
  long written() {
    return written;
  }

  /** The experiment of a name; empty where there is none. */
  Optional<JsonNode> experiment(String name) throws IOException {
    return found(() ->
        rest.get(BASE + "experiments/get-by-name", Query.of("experiment_name", name))
            .path("experiment"));
  }

  String createExperiment(String name, List<Pair> tags) throws IOException {
    return create("experiments/create", Map.of("name", name, "tags", tags))
        .path("experiment_id")
        .asString();
  }

  void tagExperiment(String experiment, Pair tag) throws IOException {
    write(
        "experiments/set-experiment-tag",
        Map.of("experiment_id", experiment, "key", tag.key(), "value", tag.value()));
  }

  /** The runs of an experiment that were imported from a kind of source. */
  void importedRuns(String experiment, String kind, Each<Run> each) throws IOException {
    Paged.each(
        "runs",
        token ->
            rest.post(
                BASE + "runs/search",
                Map.of(
                    "experiment_ids",
                    List.of(experiment),
                    "filter",
                    "tags.`%s` LIKE '%s:%%'".formatted(SOURCE_TAG, kind),
                    "order_by",
                    List.of("attributes.start_time ASC"),
                    "max_results",
                    RUNS_A_PAGE,
                    "page_token",
                    token)),
        run -> each.take(Run.of(run)));
  }

  Run run(String id) throws IOException {
    return Run.of(rest.get(BASE + "runs/get", Query.of("run_id", id)).path("run"));
  }

  Run createRun(String experiment, String name, String user, long beganMillis, List<Pair> tags)
      throws IOException {
    var body = new LinkedHashMap<String, Object>();
    body.put("experiment_id", experiment);
    body.put("user_id", user);
    body.put("start_time", beganMillis);
    body.put("tags", tags);
    if (!name.isEmpty()) {
      body.put("run_name", name);
    }
    return Run.of(create("runs/create", body).path("run"));
  }

  void endRun(String run, String status, OptionalLong endedMillis) throws IOException {
    var body = new HashMap<String, Object>(Map.of("run_id", run, "status", status));
    endedMillis.ifPresent(at -> body.put("end_time", at));
    write("runs/update", body);
  }

  /** Logs at most as much as MLflow takes at once. */
  void log(String run, List<Map<String, Object>> metrics, List<Pair> params, List<Pair> tags)
      throws IOException {
    write(
        "runs/log-batch",
        Map.of("run_id", run, "metrics", metrics, "params", params, "tags", tags));
  }

  void logInputs(String run, List<?> datasets, List<String> models) throws IOException {
    write(
        "runs/log-inputs",
        Map.of(
            "run_id",
            run,
            "datasets",
            datasets,
            "models",
            models.stream().map(model -> Map.of("model_id", model)).toList()));
  }

  void logOutputs(String run, List<Map<String, Object>> models) throws IOException {
    write("runs/outputs", Map.of("run_id", run, "models", models));
  }

  /** Every point of a run's metrics. */
  void points(Run run, Each<Point> each) throws IOException {
    for (var key : run.metrics()) {
      MetricHistory.each(rest, run.id(), key, each);
    }
  }

  /** All files below an owner's folder, by path. */
  Map<String, Stored> files(Owner owner) throws IOException {
    var files = new HashMap<String, Stored>();
    var folders = new ArrayList<>(List.of(""));
    for (int i = 0; i < folders.size() && i < MOST_FOLDERS; i++) {
      for (var entry : listing(owner, folders.get(i)).path("files")) {
        var path = entry.path("path").asString();
        if (entry.path("is_dir").asBoolean(false)) {
          folders.add(path);
        } else {
          files.put(
              path,
              new Stored(entry.path("file_size").asLong(0), entry.path("digest").asString("")));
        }
      }
    }
    return files;
  }

  private JsonNode listing(Owner owner, String folder) throws IOException {
    if (owner.isModel()) {
      var path = BASE + "logged-models/" + owner.id() + "/artifacts/directories";
      return rest.get(
          path, folder.isEmpty() ? Query.none() : Query.of("artifact_directory_path", folder));
    }
    var query = Query.of("run_id", owner.id());
    return rest.get(BASE + "artifacts/list", folder.isEmpty() ? query : query.and("path", folder));
  }

  void upload(Owner owner, String path, Supplier<BodyPublisher> body) throws IOException {
    written++;
    rest.upload(
        "/api/2.0/mlflow-artifacts/artifacts/%s/%s%s/artifacts/%s"
            .formatted(
                owner.experiment(),
                owner.isModel() ? "models/" : "",
                owner.id(),
                Rest.encoded(path)),
        body);
  }

  /** The logged models of an experiment that were imported. */
  void importedModels(String experiment, String kind, Each<JsonNode> each) throws IOException {
    Paged.each(
        "models",
        token -> {
          var body = new HashMap<String, Object>();
          body.put("experiment_ids", List.of(experiment));
          body.put("filter", "tags.`%s` LIKE '%s:%%'".formatted(SOURCE_TAG, kind));
          if (!token.isEmpty()) {
            body.put("page_token", token);
          }
          return rest.post(BASE + "logged-models/search", body);
        },
        each);
  }

  JsonNode loggedModel(String id) throws IOException {
    return rest.get(BASE + "logged-models/" + id, Query.none()).path("model");
  }

  String createLoggedModel(Map<String, Object> body) throws IOException {
    return create("logged-models", body).path("model").path("info").path("model_id").asString();
  }

  void tagLoggedModel(String id, List<Pair> tags) throws IOException {
    written++;
    rest.send("PATCH", BASE + "logged-models/" + id + "/tags", Map.of("tags", tags));
  }

  void finishLoggedModel(String id, String status) throws IOException {
    written++;
    rest.send("PATCH", BASE + "logged-models/" + id, Map.of("model_id", id, "status", status));
  }

  Optional<JsonNode> registeredModel(String name) throws IOException {
    return found(() ->
        rest.get(BASE + "registered-models/get", Query.of("name", name)).path("registered_model"));
  }

  /** The versions of a registered model that are not deleted. */
  List<JsonNode> versions(String name) throws IOException {
    var versions = new ArrayList<JsonNode>();
    Paged.each(
        "model_versions",
        token -> {
          var query = Query.of("filter", "name='%s'".formatted(name.replace("'", "''")));
          return rest.get(
              BASE + "model-versions/search",
              token.isEmpty() ? query : query.and("page_token", token));
        },
        version -> {
          if (version.path("name").asString().equals(name)) {
            versions.add(version);
          }
        });
    return versions;
  }

  /** A call that makes something, which is not sent again where it may have been done. */
  JsonNode create(String method, Object body) throws IOException {
    written++;
    return rest.create(BASE + method, body);
  }

  /** A call that says the same when it is sent twice. */
  JsonNode write(String method, Object body) throws IOException {
    written++;
    return rest.post(BASE + method, body);
  }

  void deleteVersion(String name, int number) throws IOException {
    written++;
    rest.send(
        "DELETE",
        BASE + "model-versions/delete",
        Map.of("name", name, "version", Integer.toString(number)));
  }

  private static Optional<JsonNode> found(Look look) throws IOException {
    try {
      return Optional.of(look.up());
    } catch (Refusal e) {
      if (e.status() == 404 && e.code().equals("RESOURCE_DOES_NOT_EXIST")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private interface Look {
    JsonNode up() throws IOException;
  }

  @Override
  public void close() {
    rest.close();
  }

  /** Whose files. */
  record Owner(String experiment, String id) {
    boolean isModel() {
      return id.startsWith("m-");
    }
  }

  /**
   * A file as the server has it.
   *
   * @param digest {@code sha256:…}; empty where the server does not say
   */
  record Stored(long bytes, String digest) {}

  /**
   * A run as the server has it.
   *
   * @param metrics their keys
   * @param datasets name and digest of those that it used
   */
  record Run(
      String id,
      String experiment,
      String status,
      OptionalLong endedMillis,
      Map<String, String> params,
      Map<String, String> tags,
      List<String> metrics,
      List<List<String>> datasets,
      List<String> modelsIn,
      List<String> modelsOut) {
    static Run of(JsonNode run) {
      var info = run.path("info");
      var data = run.path("data");
      return new Run(
          info.path("run_id").asString(),
          info.path("experiment_id").asString(),
          info.path("status").asString(""),
          info.has("end_time")
              ? OptionalLong.of(info.path("end_time").asLong())
              : OptionalLong.empty(),
          Json.map(data.path("params")),
          Json.map(data.path("tags")),
          Json.texts(data.path("metrics"), "key"),
          datasets(run.path("inputs").path("dataset_inputs")),
          Json.texts(run.path("inputs").path("model_inputs"), "model_id"),
          Json.texts(run.path("outputs").path("model_outputs"), "model_id"));
    }

    private static List<List<String>> datasets(JsonNode inputs) {
      var datasets = new ArrayList<List<String>>();
      for (var input : inputs) {
        var dataset = input.path("dataset");
        datasets.add(
            List.of(dataset.path("name").asString(""), dataset.path("digest").asString("")));
      }
      return List.copyOf(datasets);
    }

    String source() {
      return tags.getOrDefault(SOURCE_TAG, "");
    }
  }
}

package dev.fovea.cli.imports.mlflow.server;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Query;
import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.FilePath;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.LoggedModel.Measure;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.cli.imports.source.UsedDataset;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A tracking server of MLflow, by its REST protocol. */
final class RestStore implements Source {
  private static final String BASE = "/api/2.0/mlflow/";
  private static final int PAGE = 200;
  private static final int POINTS = 25_000;
  private static final int MOST_FILES = 1_000_000;
  private static final String NO_PROMPTS = "tag.`mlflow.prompt.is_prompt` != 'true'";

  private final Rest rest;
  private final boolean withFiles;
  private final Remarks remarks;
  private final Map<String, List<String>> metrics = new HashMap<>();

  /**
   * @param withFiles whether artifacts are wanted
   */
  RestStore(Rest rest, boolean withFiles, Remarks remarks) {
    this.rest = rest;
    this.withFiles = withFiles;
    this.remarks = remarks;
  }

  @Override
  public String kind() {
    return "mlflow";
  }

  @Override
  public List<SourceExperiment> experiments() throws IOException {
    var found = new ArrayList<SourceExperiment>();
    var seen = new HashSet<String>();
    Paged.each(
        "experiments",
        token ->
            rest.post(
                BASE + "experiments/search",
                page(token, Map.of("view_type", "ACTIVE_ONLY", "max_results", PAGE))),
        experiment -> {
          var id = experiment.path("experiment_id").asString("");
          once(seen, "experiment", id);
          found.add(
              new SourceExperiment(
                  id, experiment.path("name").asString(""), Json.pairs(experiment.path("tags"))));
        });
    return List.copyOf(found);
  }

  @Override
  public void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    var seen = new HashSet<String>();
    Paged.each(
        "runs",
        token ->
            rest.post(
                BASE + "runs/search",
                page(
                    token,
                    Map.of(
                        "experiment_ids",
                        List.of(experiment.id()),
                        "run_view_type",
                        "ACTIVE_ONLY",
                        // Those that come while it is read come behind.
                        "order_by",
                        List.of("attributes.start_time ASC"),
                        "max_results",
                        PAGE))),
        run -> {
          var read = run(experiment, run);
          once(seen, "run", read.id());
          metrics.put(read.id(), Json.texts(run.path("data").path("metrics"), "key"));
          each.take(read);
          metrics.remove(read.id());
        });
  }

  private static void once(Set<String> seen, String what, String id) throws IOException {
    if (id.isEmpty() || !seen.add(id)) {
      throw new IOException(
          "the server lists %s '%s' twice, or one without an id: its listing cannot be trusted"
              .formatted(what, Text.excerpt(id)));
    }
  }

  private static SourceRun run(SourceExperiment experiment, JsonNode run) {
    var info = run.path("info");
    var data = run.path("data");
    var datasets = new ArrayList<UsedDataset>();
    for (var input : run.path("inputs").path("dataset_inputs")) {
      var dataset = input.path("dataset");
      datasets.add(
          new UsedDataset(
              dataset.path("name").asString(""),
              dataset.path("digest").asString(""),
              dataset.path("source_type").asString(""),
              dataset.path("source").asString(""),
              Optional.ofNullable(dataset.path("schema").asString(null)),
              Optional.ofNullable(dataset.path("profile").asString(null)),
              Json.pairs(input.path("tags"))));
    }
    var made = new ArrayList<SourceRun.MadeModel>();
    for (var output : run.path("outputs").path("model_outputs")) {
      made.add(
          new SourceRun.MadeModel(
              output.path("model_id").asString(""), output.path("step").asLong(0)));
    }
    return new SourceRun(
        info.path("run_id").asString(""),
        experiment.id(),
        info.path("run_name").asString(""),
        info.path("user_id").asString(""),
        info.path("status").asString("FAILED"),
        Math.max(0, info.path("start_time").asLong(0)),
        info.has("end_time")
            ? OptionalLong.of(info.path("end_time").asLong(0))
            : OptionalLong.empty(),
        Json.pairs(data.path("params")),
        Json.pairs(data.path("tags")),
        List.copyOf(datasets),
        Json.texts(run.path("inputs").path("model_inputs"), "model_id"),
        List.copyOf(made));
  }

  @Override
  public void points(SourceRun run, Each<Point> each) throws IOException {
    for (var key : metrics.getOrDefault(run.id(), List.of())) {
      var count = new long[1];
      Paged.each(
          "metrics",
          token -> {
            var query =
                Query.of("run_id", run.id())
                    .and("metric_key", key)
                    .and("max_results", Integer.toString(POINTS));
            return rest.get(
                BASE + "metrics/get-history",
                token.isEmpty() ? query : query.and("page_token", token));
          },
          point -> {
            count[0]++;
            each.take(Json.point(key, point));
          });
      if (count[0] == 0) {
        remarks.fault(
            "metric '%s' of run %s: the server has a value and gives no history"
                .formatted(Text.excerpt(key), Text.excerpt(run.id())));
      }
    }
  }

  @Override
  public List<SourceFile> files(SourceRun run) throws IOException {
    return files(
        folder -> {
          var query = Query.of("run_id", run.id());
          return new Call(
              BASE + "artifacts/list", folder.isEmpty() ? query : query.and("path", folder));
        },
        path -> new Call("/get-artifact", Query.of("path", path).and("run_uuid", run.id())),
        run.id());
  }

  @Override
  public List<SourceFile> files(LoggedModel model) throws IOException {
    var id = Rest.encoded(model.id());
    return files(
        folder ->
            new Call(
                BASE + "logged-models/" + id + "/artifacts/directories",
                folder.isEmpty() ? Query.none() : Query.of("artifact_directory_path", folder)),
        path ->
            new Call(
                "/ajax-api/2.0/mlflow/logged-models/" + id + "/artifacts/files",
                Query.of("artifact_file_path", path)),
        model.id());
  }

  /** A GET. */
  private record Call(String path, Query query) {}

  private List<SourceFile> files(
      Function<String, Call> listing, Function<String, Call> file, String owner)
      throws IOException {
    var found = new ArrayList<SourceFile>();
    if (!withFiles) {
      return found;
    }
    var folders = new ArrayList<>(List.of(""));
    var seen = new HashSet<String>();
    for (int i = 0; i < folders.size(); i++) {
      for (var entry : entries(listing.apply(folders.get(i)), owner)) {
        var path = entry.path("path").asString("");
        var fault =
            FilePath.fault(path)
                .or(() -> seen.add(path) ? Optional.empty() : Optional.of("it is listed twice"));
        if (fault.isPresent() || seen.size() > MOST_FILES) {
          remarks.fault(
              "a file of %s is not read: %s"
                  .formatted(
                      Text.excerpt(owner),
                      fault.orElse("there are more than %d".formatted(MOST_FILES))));
        } else if (entry.path("is_dir").asBoolean(false)) {
          folders.add(path);
        } else {
          var call = file.apply(path);
          found.add(
              new SourceFile(
                  path,
                  entry.path("file_size").asLong(0),
                  false,
                  () -> rest.download(call.path(), call.query())));
        }
      }
    }
    return List.copyOf(found);
  }

  private Iterable<JsonNode> entries(Call call, String owner) throws IOException {
    try {
      var entries = new ArrayList<JsonNode>();
      Paged.each(
          "files",
          token ->
              rest.get(
                  call.path(),
                  token.isEmpty() ? call.query() : call.query().and("page_token", token)),
          entries::add);
      return entries;
    } catch (Refusal e) {
      if (e.status() == 0 || e.status() == 401 || e.status() == 403) {
        throw e;
      }
      remarks.fault(
          "the artifacts of %s are not listed: %s".formatted(Text.excerpt(owner), e.explanation()));
      return List.of();
    }
  }

  @Override
  public List<LoggedModel> loggedModels(SourceExperiment experiment) throws IOException {
    var found = new ArrayList<LoggedModel>();
    var seen = new HashSet<String>();
    try {
      Paged.each(
          "models",
          token ->
              rest.post(
                  BASE + "logged-models/search",
                  page(token, Map.of("experiment_ids", List.of(experiment.id())))),
          model -> {
            var read = loggedModel(experiment, model);
            once(seen, "logged model", read.id());
            found.add(read);
          });
    } catch (Refusal e) {
      // Servers before MLflow 3 know no logged models.
      if (e.status() != 404) {
        throw e;
      }
    }
    return List.copyOf(found);
  }

  private static LoggedModel loggedModel(SourceExperiment experiment, JsonNode model)
      throws IOException {
    var info = model.path("info");
    var data = model.path("data");
    var measures = new ArrayList<Measure>();
    for (var metric : data.path("metrics")) {
      measures.add(
          new Measure(
              metric.path("run_id").asString(""),
              Json.point(metric.path("key").asString(""), metric),
              metric.path("dataset_name").asString(""),
              metric.path("dataset_digest").asString("")));
    }
    return new LoggedModel(
        info.path("model_id").asString(""),
        experiment.id(),
        info.path("name").asString(""),
        info.path("model_type").asString(""),
        Optional.ofNullable(info.path("source_run_id").asString(null)).filter(id -> !id.isEmpty()),
        info.path("status").asString(""),
        Json.pairs(data.path("params")),
        Json.pairs(info.path("tags")),
        List.copyOf(measures));
  }

  @Override
  public List<RegisteredModel> registeredModels() throws IOException {
    var found = new ArrayList<RegisteredModel>();
    var seen = new HashSet<String>();
    Paged.each(
        "registered_models",
        token ->
            rest.get(
                BASE + "registered-models/search",
                searched(
                    Query.of("filter", NO_PROMPTS).and("max_results", Integer.toString(PAGE)),
                    token)),
        model -> {
          var name = model.path("name").asString("");
          once(seen, "registered model", name);
          found.add(registered(name));
        });
    return List.copyOf(found);
  }

  private RegisteredModel registered(String name) throws IOException {
    var model =
        rest.get(BASE + "registered-models/get", Query.of("name", name)).path("registered_model");
    var versions = new ArrayList<RegisteredModel.Version>();
    var filter = "name='%s'".formatted(name.replace("'", "''"));
    Paged.each(
        "model_versions",
        token ->
            rest.get(BASE + "model-versions/search", searched(Query.of("filter", filter), token)),
        version -> {
          if (version.path("name").asString("").equals(name)) {
            versions.add(version(version));
          }
        });
    versions.sort((a, b) -> Integer.compare(a.number(), b.number()));
    var aliases = new ArrayList<Pair>();
    for (var alias : model.path("aliases")) {
      aliases.add(new Pair(alias.path("alias").asString(""), alias.path("version").asString("")));
    }
    return new RegisteredModel(
        name,
        Optional.ofNullable(model.path("description").asString(null)),
        Json.pairs(model.path("tags")),
        List.copyOf(versions),
        List.copyOf(aliases));
  }

  private static RegisteredModel.Version version(JsonNode version) throws IOException {
    var number = version.path("version").asString("");
    if (!number.matches("\\d{1,9}")) {
      throw new IOException("'%s' is no version's number".formatted(Text.excerpt(number)));
    }
    var source = version.path("source").asString("");
    return new RegisteredModel.Version(
        Integer.parseInt(number),
        source,
        source,
        Optional.ofNullable(version.path("run_id").asString(null)).filter(id -> !id.isEmpty()),
        Optional.ofNullable(version.path("model_id").asString(null)).filter(id -> !id.isEmpty()),
        version.path("description").asString(""),
        version.path("current_stage").asString(""),
        Json.pairs(version.path("tags")));
  }

  private static Query searched(Query query, String token) {
    return token.isEmpty() ? query : query.and("page_token", token);
  }

  private static Map<String, Object> page(String token, Map<String, Object> body) {
    var all = new HashMap<>(body);
    if (!token.isEmpty()) {
      all.put("page_token", token);
    }
    return all;
  }

  @Override
  public void close() {
    rest.close();
  }
}

package dev.fovea.cli.imports.mlflow;

import static dev.fovea.cli.imports.mlflow.Database.text;

import dev.fovea.cli.imports.source.Each;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** MLflow's database (mlflow 3.17.2, store/tracking/dbmodels/models.py). */
final class SqlStore implements Source {
  private static final String ACTIVE = " and lifecycle_stage = 'active'";

  private final Database database;
  private final String workspace;
  private final ArtifactFolders artifacts;
  private final Remarks remarks;
  private final Map<String, String> places = new HashMap<>();

  private SqlStore(
      Database database, String workspace, ArtifactFolders artifacts, Remarks remarks) {
    this.database = database;
    this.workspace = workspace;
    this.artifacts = artifacts;
    this.remarks = remarks;
  }

  /** Opens a database that MLflow made, of a revision that is known. */
  static SqlStore open(
      Database database, String workspace, ArtifactFolders artifacts, Remarks remarks)
      throws IOException {
    database.require("alembic_version", "version_num");
    for (var revision :
        database.list("select version_num from alembic_version", row -> text(row, 1))) {
      Revisions.requireKnown(revision);
    }
    database.require("experiments", "experiment_id", "name", "lifecycle_stage");
    database.require(
        "runs",
        "run_uuid",
        "name",
        "user_id",
        "status",
        "start_time",
        "end_time",
        "lifecycle_stage",
        "artifact_uri",
        "experiment_id");
    database.require("params", "key", "value", "run_uuid");
    database.require("tags", "key", "value", "run_uuid");
    database.require("metrics", "key", "value", "timestamp", "run_uuid", "step", "is_nan");
    return new SqlStore(database, workspace, artifacts, remarks);
  }

  @Override
  public String kind() {
    return "mlflow";
  }

  /** The condition that keeps other workspaces out, where the revision knows workspaces. */
  private String ofWorkspace(String table) throws IOException {
    return database.has(table, "workspace") ? " and workspace = ?" : "";
  }

  private Object[] workspace(String table, Object... parameters) throws IOException {
    var all = new ArrayList<>(List.of(parameters));
    if (database.has(table, "workspace")) {
      all.add(workspace);
    }
    return all.toArray();
  }

  private long count(String sql, Object... parameters) throws IOException {
    return database.list(sql, row -> row.getLong(1), parameters).getFirst();
  }

  @Override
  public List<SourceExperiment> experiments() throws IOException {
    var found =
        database.list(
            "select experiment_id, name from experiments where 1 = 1%s%s order by experiment_id"
                .formatted(ACTIVE, ofWorkspace("experiments")),
            row -> new Pair(text(row, 1), text(row, 2)),
            workspace("experiments"));
    leftOut(count("select count(*) from experiments") - found.size());
    var experiments = new ArrayList<SourceExperiment>();
    for (var each : found) {
      experiments.add(
          new SourceExperiment(
              each.key(),
              each.value(),
              database.pairs(
                  "experiment_tags", "key", "value", "experiment_id", number(each.key()), "")));
    }
    return List.copyOf(experiments);
  }

  private void leftOut(long others) throws IOException {
    if (others > 0) {
      remarks.note(
          "%d experiments that are deleted or of another workspace than '%s' are left out"
              .formatted(others, Text.excerpt(workspace)));
    }
    if (database.has("trace_info", "request_id")) {
      long traces = count("select count(*) from trace_info");
      if (traces > 0) {
        remarks.note("%d traces have no place here".formatted(traces));
      }
    }
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  @Override
  public void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    var home = number(experiment.id());
    var ids =
        database.list(
            "select run_uuid from runs where experiment_id = ?%s order by start_time, run_uuid"
                .formatted(ACTIVE),
            row -> text(row, 1),
            home);
    long deleted = count("select count(*) from runs where experiment_id = ?", home) - ids.size();
    if (deleted > 0) {
      remarks.note(
          "%d deleted runs of experiment '%s' are left out"
              .formatted(deleted, Text.excerpt(experiment.name())));
    }
    for (var id : ids) {
      for (var run : run(experiment, id)) {
        each.take(run);
      }
    }
  }

  private List<SourceRun> run(SourceExperiment experiment, String id) throws IOException {
    var params = database.pairs("params", "key", "value", "run_uuid", id, "");
    var tags = database.pairs("tags", "key", "value", "run_uuid", id, "");
    var datasets = datasets(id);
    var modelsIn = modelsIn(id);
    var modelsOut = modelsOut(id);
    return database.list(
        "select name, user_id, status, start_time, end_time, artifact_uri from runs where run_uuid = ?",
        row -> {
          places.put(id, text(row, 6));
          return new SourceRun(
              id,
              experiment.id(),
              text(row, 1),
              text(row, 2),
              text(row, 3),
              Math.max(0, row.getLong(4)),
              optional(row, 5),
              params,
              tags,
              datasets,
              modelsIn,
              modelsOut);
        },
        id);
  }

  private static OptionalLong optional(ResultSet row, int column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private static Optional<String> optionalText(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).filter(text -> !text.isEmpty());
  }

  private List<UsedDataset> datasets(String run) throws IOException {
    if (!database.has("inputs", "input_uuid") || !database.has("datasets", "dataset_uuid")) {
      return List.of();
    }
    var inputs =
        database.list(
            """
            select i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, d.dataset_profile
            from inputs i join datasets d on d.dataset_uuid = i.source_id
            where i.destination_id = ? and i.destination_type = 'RUN' and i.source_type = 'DATASET'
            order by d.name, d.digest
            """,
            row ->
                new Input(
                    text(row, 1),
                    new UsedDataset(
                        text(row, 2),
                        text(row, 3),
                        text(row, 4),
                        text(row, 5),
                        optionalText(row, 6),
                        optionalText(row, 7),
                        List.of())),
            run);
    var used = new ArrayList<UsedDataset>();
    for (var input : inputs) {
      var about = input.dataset();
      used.add(
          new UsedDataset(
              about.name(),
              about.digest(),
              about.sourceType(),
              about.source(),
              about.schema(),
              about.profile(),
              database.pairs("input_tags", "name", "value", "input_uuid", input.id(), "")));
    }
    return List.copyOf(used);
  }

  private record Input(String id, UsedDataset dataset) {}

  private List<String> modelsIn(String run) throws IOException {
    return database.has("inputs", "input_uuid")
        ? database.list(
            "select source_id from inputs where destination_id = ? and destination_type = 'RUN' and source_type = 'MODEL' order by 1",
            row -> text(row, 1),
            run)
        : List.of();
  }

  private List<SourceRun.MadeModel> modelsOut(String run) throws IOException {
    return database.has("inputs", "step")
        ? database.list(
            "select destination_id, step from inputs where source_id = ? and source_type = 'RUN_OUTPUT' and destination_type = 'MODEL_OUTPUT' order by 1",
            row -> new SourceRun.MadeModel(text(row, 1), row.getLong(2)),
            run)
        : List.of();
  }

  @Override
  public void points(SourceRun run, Each<Point> each) throws IOException {
    database.eachOf(
        "metrics",
        "key, value, timestamp, step, is_nan",
        "run_uuid",
        run.id(),
        row ->
            new Point(
                text(row, 2),
                row.getBoolean(6) ? Double.NaN : row.getDouble(3),
                row.getLong(4),
                row.getLong(5)),
        each);
  }

  @Override
  public List<SourceFile> files(SourceRun run) throws IOException {
    return artifacts.files(places.getOrDefault(run.id(), ""), run.id());
  }

  @Override
  public List<SourceFile> files(LoggedModel model) throws IOException {
    return artifacts.files(places.getOrDefault(model.id(), ""), model.id());
  }

  @Override
  public List<LoggedModel> loggedModels(SourceExperiment experiment) throws IOException {
    if (!database.has("logged_models", "model_id")) {
      return List.of();
    }
    var bare =
        database.list(
            "select model_id, name, model_type, source_run_id, status, artifact_location from logged_models where experiment_id = ?%s order by creation_timestamp_ms, model_id"
                .formatted(ACTIVE),
            row -> {
              places.put(text(row, 1), text(row, 6));
              return new LoggedModel(
                  text(row, 1),
                  experiment.id(),
                  text(row, 2),
                  text(row, 3),
                  optionalText(row, 4),
                  Words.loggedModel(row.getLong(5)),
                  List.of(),
                  List.of(),
                  List.of());
            },
            number(experiment.id()));
    var models = new ArrayList<LoggedModel>();
    for (var model : bare) {
      models.add(
          new LoggedModel(
              model.id(),
              model.experiment(),
              model.name(),
              model.type(),
              model.run(),
              model.status(),
              database.pairs(
                  "logged_model_params", "param_key", "param_value", "model_id", model.id(), ""),
              database.pairs(
                  "logged_model_tags", "tag_key", "tag_value", "model_id", model.id(), ""),
              measures(model.id())));
    }
    return List.copyOf(models);
  }

  private List<Measure> measures(String model) throws IOException {
    return database.list(
        "select run_id, metric_name, metric_value, metric_timestamp_ms, metric_step, dataset_name, dataset_digest from logged_model_metrics where model_id = ?",
        row -> {
          double value = row.getDouble(3);
          return new Measure(
              text(row, 1),
              new Point(
                  text(row, 2), row.wasNull() ? Double.NaN : value, row.getLong(4), row.getLong(5)),
              text(row, 6),
              text(row, 7));
        },
        model);
  }

  @Override
  public List<RegisteredModel> registeredModels() throws IOException {
    if (!database.has("registered_models", "name")) {
      return List.of();
    }
    var models = new ArrayList<RegisteredModel>();
    var names =
        database.list(
            "select name, description from registered_models where 1 = 1%s order by name"
                .formatted(ofWorkspace("registered_models")),
            row -> new Named(text(row, 1), optionalText(row, 2)),
            workspace("registered_models"));
    for (var each : names) {
      var tags = ownTags("registered_model_tags", each.name(), "");
      if (tags.contains(new Pair("mlflow.prompt.is_prompt", "true"))) {
        remarks.note("prompt '%s' has no place here".formatted(Text.excerpt(each.name())));
        continue;
      }
      models.add(
          new RegisteredModel(
              each.name(),
              each.description(),
              tags,
              versions(each.name()),
              database.pairs(
                  "registered_model_aliases",
                  "alias",
                  "version",
                  "name",
                  each.name(),
                  ofWorkspace("registered_model_aliases"),
                  workspace("registered_model_aliases"))));
    }
    return List.copyOf(models);
  }

  private record Named(String name, Optional<String> description) {}

  private List<Pair> ownTags(String table, String name, String and, Object... more)
      throws IOException {
    return database.pairs(
        table, "key", "value", "name", name, and + ofWorkspace(table), workspace(table, more));
  }

  private List<RegisteredModel.Version> versions(String name) throws IOException {
    var bare =
        database.list(
            "select version, source, %s, run_id, description, current_stage from model_versions where name = ? and current_stage <> 'Deleted_Internal'%s order by version"
                .formatted(
                    database.has("model_versions", "storage_location")
                        ? "storage_location"
                        : "source",
                    ofWorkspace("model_versions")),
            row ->
                new RegisteredModel.Version(
                    row.getInt(1),
                    text(row, 2),
                    text(row, 3),
                    optionalText(row, 4),
                    Optional.empty(),
                    text(row, 5),
                    text(row, 6),
                    List.of()),
            workspace("model_versions", name));
    var versions = new ArrayList<RegisteredModel.Version>();
    for (var version : bare) {
      versions.add(
          new RegisteredModel.Version(
              version.number(),
              version.source(),
              version.place(),
              version.run(),
              version.model(),
              version.description(),
              version.stage(),
              ownTags("model_version_tags", name, " and version = ?", version.number())));
    }
    return List.copyOf(versions);
  }

  @Override
  public void close() throws IOException {
    database.close();
  }
}

package dev.fovea.cli.imports.mlflow.database;

import static dev.fovea.cli.imports.mlflow.database.Database.text;

import dev.fovea.cli.imports.mlflow.stored.ArtifactFolders;
import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** MLflow's database (mlflow 3.17.2, store/tracking/dbmodels/models.py). */
public final class SqlStore implements Source {
  private static final String ACTIVE = " and lifecycle_stage = 'active'";

  private final Database database;
  private final WorkspaceFilter workspaces;
  private final ArtifactPlaces places;
  private final RunRows runs;
  private final LoggedModelRows loggedModels;
  private final RegisteredModelRows registeredModels;
  private final Remarks remarks;

  private SqlStore(
      Database database, String workspace, ArtifactFolders artifacts, Remarks remarks) {
    this.database = database;
    this.workspaces = new WorkspaceFilter(database, workspace);
    this.places = new ArtifactPlaces(artifacts);
    this.runs = new RunRows(database, places, remarks);
    this.loggedModels = new LoggedModelRows(database, places);
    this.registeredModels = new RegisteredModelRows(database, workspaces, remarks);
    this.remarks = remarks;
  }

  /** Opens a database that MLflow made, of a revision that is known. */
  public static SqlStore open(
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

  @Override
  public List<SourceExperiment> experiments() throws IOException {
    var found =
        database.list(
            "select experiment_id, name from experiments where 1 = 1%s%s order by experiment_id"
                .formatted(ACTIVE, workspaces.of("experiments")),
            row -> new Pair(text(row, 1), text(row, 2)),
            workspaces.parameters("experiments"));
    leftOut(database.count("select count(*) from experiments") - found.size());
    var experiments = new ArrayList<SourceExperiment>();
    for (var each : found) {
      experiments.add(
          new SourceExperiment(
              each.key(),
              each.value(),
              database.pairs(
                  "experiment_tags",
                  "key",
                  "value",
                  "experiment_id",
                  Database.number(each.key()),
                  "")));
    }
    return List.copyOf(experiments);
  }

  private void leftOut(long others) throws IOException {
    if (others > 0) {
      remarks.note(
          "%d experiments that are deleted or of another workspace than '%s' are left out"
              .formatted(others, Text.excerpt(workspaces.workspace())));
    }
    if (database.has("trace_info", "request_id")) {
      long traces = database.count("select count(*) from trace_info");
      if (traces > 0) {
        remarks.note("%d traces have no place here".formatted(traces));
      }
    }
  }

  @Override
  public void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    runs.runs(experiment, each);
  }

  @Override
  public void points(SourceRun run, Each<Point> each) throws IOException {
    runs.points(run, each);
  }

  @Override
  public List<SourceFile> files(SourceRun run) throws IOException {
    return places.files(run.id());
  }

  @Override
  public List<SourceFile> files(LoggedModel model) throws IOException {
    return places.files(model.id());
  }

  @Override
  public List<LoggedModel> loggedModels(SourceExperiment experiment) throws IOException {
    return loggedModels.of(experiment);
  }

  @Override
  public List<RegisteredModel> registeredModels() throws IOException {
    return registeredModels.all();
  }

  @Override
  public void close() throws IOException {
    database.close();
  }
}

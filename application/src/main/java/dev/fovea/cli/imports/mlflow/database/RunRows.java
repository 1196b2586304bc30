package dev.fovea.cli.imports.mlflow.database;

import static dev.fovea.cli.imports.mlflow.database.Database.optionalText;
import static dev.fovea.cli.imports.mlflow.database.Database.text;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.SourceExperiment;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.cli.imports.source.UsedDataset;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Runs with what they used and made, and their metrics' points. */
final class RunRows {
  private static final String ACTIVE = " and lifecycle_stage = 'active'";

  private final Database database;
  private final ArtifactPlaces places;
  private final Remarks remarks;

  RunRows(Database database, ArtifactPlaces places, Remarks remarks) {
    this.database = database;
    this.places = places;
    this.remarks = remarks;
  }

  /** Those of an experiment that are not deleted, the oldest first. */
  void runs(SourceExperiment experiment, Each<SourceRun> each) throws IOException {
    var home = Database.number(experiment.id());
    var ids =
        database.list(
            "select run_uuid from runs where experiment_id = ?%s order by start_time, run_uuid"
                .formatted(ACTIVE),
            row -> text(row, 1),
            home);
    long deleted =
        database.count("select count(*) from runs where experiment_id = ?", home) - ids.size();
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
          places.note(id, text(row, 6));
          return new SourceRun(
              id,
              experiment.id(),
              text(row, 1),
              text(row, 2),
              text(row, 3),
              Math.max(0, row.getLong(4)),
              ended(row, 5),
              params,
              tags,
              datasets,
              modelsIn,
              modelsOut);
        },
        id);
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

  private static OptionalLong ended(ResultSet row, int column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** A run's points, without holding them all. */
  void points(SourceRun run, Each<Point> each) throws IOException {
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
}

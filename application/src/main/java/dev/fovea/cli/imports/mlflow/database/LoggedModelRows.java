package dev.fovea.cli.imports.mlflow.database;

import static dev.fovea.cli.imports.mlflow.database.Database.optionalText;
import static dev.fovea.cli.imports.mlflow.database.Database.text;

import dev.fovea.cli.imports.mlflow.stored.Words;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.LoggedModel.Measure;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.SourceExperiment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Logged models with what was measured of them, from MLflow 3 on. */
final class LoggedModelRows {
  private static final String ACTIVE = " and lifecycle_stage = 'active'";

  private final Database database;
  private final ArtifactPlaces places;

  LoggedModelRows(Database database, ArtifactPlaces places) {
    this.database = database;
    this.places = places;
  }

  /** Those of an experiment that are not deleted; none in a revision without them. */
  List<LoggedModel> of(SourceExperiment experiment) throws IOException {
    if (!database.has("logged_models", "model_id")) {
      return List.of();
    }
    var bare =
        database.list(
            "select model_id, name, model_type, source_run_id, status, artifact_location from logged_models where experiment_id = ?%s order by creation_timestamp_ms, model_id"
                .formatted(ACTIVE),
            row -> {
              places.note(text(row, 1), text(row, 6));
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
            Database.number(experiment.id()));
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
}

package dev.fovea.cli.imports.mlflow.server;

import static dev.fovea.cli.imports.mlflow.server.Listing.BASE;
import static dev.fovea.cli.imports.mlflow.server.Listing.once;
import static dev.fovea.cli.imports.mlflow.server.Listing.page;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.Paged;
import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.rest.Rest;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.LoggedModel.Measure;
import dev.fovea.cli.imports.source.SourceExperiment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Logged models with what was measured of them, from MLflow 3 on. */
final class LoggedModelListing {
  private final Rest rest;

  LoggedModelListing(Rest rest) {
    this.rest = rest;
  }

  /** Those of an experiment; none where the server knows none. */
  List<LoggedModel> of(SourceExperiment experiment) throws IOException {
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
            var read = model(experiment, model);
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

  private static LoggedModel model(SourceExperiment experiment, JsonNode model) throws IOException {
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
}

package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.source.HeldKey;
import dev.fovea.cli.imports.source.LoggedModel;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Source;
import dev.fovea.cli.imports.source.SourceRun;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Brings the models that runs logged, and ties them to their runs. */
final class LoggedModelTransfer {
  /** Fovea writes it itself, at each registration. */
  private static final String VERSIONS_TAG = "mlflow.modelVersions";

  private static final String READY = "LOGGED_MODEL_READY";
  private static final int BATCH = 100;

  private final Source source;
  private final Fovea fovea;
  private final Remarks remarks;
  private final Tally inSource;
  private final Tally here;
  private final FileTransfer files;
  private final Ids ids;
  private final Labels labels;

  LoggedModelTransfer(
      Source source,
      Fovea fovea,
      Remarks remarks,
      Tally inSource,
      Tally here,
      FileTransfer files,
      Ids ids) {
    this.source = source;
    this.fovea = fovea;
    this.remarks = remarks;
    this.inSource = inSource;
    this.here = here;
    this.files = files;
    this.ids = ids;
    this.labels = new Labels(remarks);
  }

  /**
   * Brings those of an experiment.
   *
   * @param experiment the server's id
   */
  void bring(String experiment, List<LoggedModel> models) throws IOException {
    if (models.isEmpty()) {
      return;
    }
    var found = new HashMap<String, JsonNode>();
    fovea.importedModels(
        experiment,
        source.kind(),
        model ->
            found.putIfAbsent(
                Json.map(model.path("info").path("tags")).getOrDefault(Fovea.SOURCE_TAG, ""),
                model));
    for (var model : models) {
      inSource.loggedModel();
      bring(experiment, model, found);
      here.loggedModel();
    }
  }

  private void bring(String experiment, LoggedModel model, Map<String, JsonNode> found)
      throws IOException {
    var whose = "logged model " + Text.excerpt(model.id());
    var name = source.kind() + ":" + model.id();
    var there = found.get(name);
    var id =
        there == null
            ? create(experiment, whose, name, model)
            : there.path("info").path("model_id").asString();
    ids.model(model.id(), id, experiment);
    files.bring(whose, new Fovea.Owner(experiment, id), source.files(model));
    var now = fovea.loggedModel(id);
    tags(whose, id, model, now);
    measures(whose, id, model, now);
    if (model.status().equals(READY)
        && !now.path("info").path("status").asString("").equals(READY)) {
      fovea.finishLoggedModel(id, READY);
    }
  }

  private String create(String experiment, String whose, String name, LoggedModel model)
      throws IOException {
    var body = new LinkedHashMap<String, Object>();
    body.put("experiment_id", experiment);
    body.put("name", model.name());
    body.put("model_type", model.type());
    model.run().flatMap(ids::run).ifPresent(run -> body.put("source_run_id", run));
    body.put("params", labels.held("parameter", whose, model.params(), Labels.PARAM_CHARS));
    body.put("tags", Labels.with(List.of(), name));
    return fovea.createLoggedModel(body);
  }

  private void tags(String whose, String id, LoggedModel model, JsonNode now) throws IOException {
    var there = Json.map(now.path("info").path("tags"));
    var wanted =
        labels.held("tag", whose, model.tags(), Labels.TAG_CHARS).stream()
            .filter(tag -> !tag.key().equals(VERSIONS_TAG))
            .toList();
    for (var piece : Labels.pieces(Labels.missing(wanted, there), BATCH)) {
      fovea.tagLoggedModel(id, piece);
    }
  }

  private void measures(String whose, String id, LoggedModel model, JsonNode now)
      throws IOException {
    var there = new LinkedHashSet<Point>();
    for (var metric : now.path("data").path("metrics")) {
      there.add(Json.point(metric.path("key").asString(""), metric));
    }
    var missing = new LinkedHashMap<String, List<Map<String, Object>>>();
    for (var measure : model.measures()) {
      var run = ids.run(measure.run());
      var point = measure.point();
      var held = new Point(HeldKey.of(point.key()), point.value(), point.atMillis(), point.step());
      if (run.isEmpty()) {
        remarks.fault(
            "metric '%s' of %s was measured by run %s, which is not in the source"
                .formatted(Text.excerpt(point.key()), whose, Text.excerpt(measure.run())));
      } else if (!there.contains(held)) {
        var message = new HashMap<>(MetricTransfer.message(held));
        message.put("model_id", id);
        message.put("dataset_name", measure.dataset());
        message.put("dataset_digest", measure.datasetDigest());
        missing.computeIfAbsent(run.get(), _ -> new ArrayList<>()).add(message);
      }
    }
    for (var entry : missing.entrySet()) {
      for (var piece : Labels.pieces(entry.getValue(), BATCH)) {
        fovea.log(entry.getKey(), piece, List.of(), List.of());
      }
    }
  }

  /** Writes what runs say of other runs and of models, now that all are here. */
  void tie() throws IOException {
    for (var run : ids.waiting()) {
      parent(run);
      models(run);
    }
  }

  private void parent(Ids.Waiting run) throws IOException {
    if (run.parent().isEmpty()) {
      return;
    }
    inSource.tags(1);
    var parent = ids.run(run.parent());
    if (parent.isEmpty()) {
      remarks.fault(
          "run %s is a child of run %s, which is deleted or not in the source"
              .formatted(Text.excerpt(run.source()), Text.excerpt(run.parent())));
      return;
    }
    if (!parent.get().equals(run.parentHere())) {
      fovea.log(run.id(), List.of(), List.of(), List.of(new Pair(Labels.PARENT_TAG, parent.get())));
    }
    here.tags(1);
  }

  private void models(Ids.Waiting run) throws IOException {
    var inputs = missing(run.modelsIn(), Set.copyOf(run.modelsInHere()), run.source());
    if (!inputs.isEmpty()) {
      fovea.logInputs(run.id(), List.of(), inputs);
    }
    var outputs = new ArrayList<Map<String, Object>>();
    for (SourceRun.MadeModel made : run.modelsOut()) {
      missing(List.of(made.id()), Set.copyOf(run.modelsOutHere()), run.source())
          .forEach(id -> outputs.add(Map.of("model_id", id, "step", made.step())));
    }
    if (!outputs.isEmpty()) {
      fovea.logOutputs(run.id(), outputs);
    }
  }

  private List<String> missing(List<String> models, Set<String> there, String run) {
    var missing = new ArrayList<String>();
    for (var model : models) {
      var id = ids.model(model);
      if (id.isEmpty()) {
        remarks.note(
            "run %s names logged model %s, which is deleted or not in the source"
                .formatted(Text.excerpt(run), Text.excerpt(model)));
      } else if (!there.contains(id.get())) {
        missing.add(id.get());
      }
    }
    return missing;
  }
}

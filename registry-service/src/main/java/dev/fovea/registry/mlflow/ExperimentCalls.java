package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Text;
import dev.fovea.registry.mlflow.Wire.ExperimentMessage;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.tracking.Experiments;
import dev.fovea.registry.tracking.Lifecycle;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about experiments. */
@RestController
@RequestMapping({"/api/2.0/mlflow/experiments", "/ajax-api/2.0/mlflow/experiments"})
class ExperimentCalls {
  private static final int MOST_RESULTS = 50_000;
  private static final int USUAL_RESULTS = 1_000;

  private final Experiments experiments;

  ExperimentCalls(Experiments experiments) {
    this.experiments = experiments;
  }

  @PostMapping("/create")
  Map<String, String> create(Scope scope, Fields fields) {
    var name = fields.text("name");
    var location = fields.optionalText("artifact_location").orElse("");
    if (!location.isEmpty()) {
      throw MlflowError.invalid(
          "Invalid artifact_location '%s': the server chooses where artifacts are (expected: none)"
              .formatted(Text.excerpt(location)));
    }
    long id = experiments.create(scope.project(), name, KeyValue.listed(fields, "tags"));
    return Map.of("experiment_id", Long.toString(id));
  }

  @GetMapping("/get")
  Map<String, ExperimentMessage> load(Scope scope, Fields fields) {
    return Map.of(
        "experiment",
        ExperimentMessage.of(experiments.load(scope.project(), fields.text("experiment_id"))));
  }

  @GetMapping("/get-by-name")
  Map<String, ExperimentMessage> named(Scope scope, Fields fields) {
    var name = fields.text("experiment_name");
    return Map.of(
        "experiment",
        experiments
            .named(scope.project(), name)
            .map(ExperimentMessage::of)
            .orElseThrow(() ->
                MlflowError.missing(
                    "Could not find experiment with name '%s'".formatted(Text.excerpt(name)))));
  }

  @RequestMapping(
      path = "/search",
      method = {RequestMethod.GET, RequestMethod.POST})
  Map<String, Object> search(Scope scope, Fields fields) {
    var page =
        experiments.search(
            scope.project(),
            fields.optionalText("filter").orElse(""),
            fields.texts("order_by"),
            Lifecycle.written(fields.optionalText("view_type")),
            fields.pageSize("max_results", USUAL_RESULTS, MOST_RESULTS),
            PageToken.of(fields.optionalText("page_token")));
    return Pages.message("experiments", page.map(ExperimentMessage::of));
  }

  @PostMapping("/update")
  Map<String, Object> update(Scope scope, Fields fields) {
    experiments.rename(scope.project(), fields.text("experiment_id"), fields.text("new_name"));
    return Map.of();
  }

  @PostMapping("/delete")
  Map<String, Object> delete(Scope scope, Fields fields) {
    experiments.move(scope.project(), fields.text("experiment_id"), "deleted");
    return Map.of();
  }

  @PostMapping("/restore")
  Map<String, Object> restore(Scope scope, Fields fields) {
    experiments.move(scope.project(), fields.text("experiment_id"), "active");
    return Map.of();
  }

  @PostMapping("/set-experiment-tag")
  Map<String, Object> tag(Scope scope, Fields fields) {
    experiments.tag(
        scope.project(),
        fields.text("experiment_id"),
        new KeyValue(fields.text("key"), fields.optionalText("value").orElse("")));
    return Map.of();
  }

  @PostMapping("/delete-experiment-tag")
  Map<String, Object> untag(Scope scope, Fields fields) {
    experiments.untag(scope.project(), fields.text("experiment_id"), fields.text("key"));
    return Map.of();
  }
}

package dev.fovea.registry.mlflow;

import dev.fovea.registry.mlflow.Wire.LoggedModelMessage;
import dev.fovea.registry.models.LoggedModelLabels;
import dev.fovea.registry.models.LoggedModelQuery;
import dev.fovea.registry.models.LoggedModels;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.PageToken;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about logged models. */
@RestController
@RequestMapping({"/api/2.0/mlflow/logged-models", "/ajax-api/2.0/mlflow/logged-models"})
class LoggedModelCalls {
  private static final int USUAL_RESULTS = 100;
  private static final int MOST_RESULTS = 1_000;

  private final LoggedModels models;
  private final LoggedModelLabels labels;

  LoggedModelCalls(LoggedModels models, LoggedModelLabels labels) {
    this.models = models;
    this.labels = labels;
  }

  @PostMapping
  Map<String, LoggedModelMessage> create(Scope scope, Fields fields) {
    var model =
        models.create(
            scope.project(),
            fields.text("experiment_id"),
            new LoggedModels.New(
                fields.optionalText("name").filter(name -> !name.isEmpty()),
                fields.optionalText("model_type").orElse(""),
                fields.optionalText("source_run_id").filter(id -> !id.isEmpty()),
                KeyValue.listed(fields, "params"),
                KeyValue.listed(fields, "tags")));
    return Map.of("model", LoggedModelMessage.of(model));
  }

  @GetMapping("/{id}")
  Map<String, LoggedModelMessage> load(Scope scope, @PathVariable("id") String id, Fields fields) {
    return Map.of(
        "model",
        LoggedModelMessage.of(
            fields.flag("allow_deleted")
                ? models.loadAny(scope.project(), id)
                : models.load(scope.project(), id)));
  }

  @PatchMapping("/{id}")
  Map<String, LoggedModelMessage> finish(
      Scope scope, @PathVariable("id") String id, Fields fields) {
    return Map.of(
        "model", LoggedModelMessage.of(models.finish(scope.project(), id, fields.text("status"))));
  }

  @DeleteMapping("/{id}")
  Map<String, Object> delete(Scope scope, @PathVariable("id") String id) {
    models.delete(scope.project(), id);
    return Map.of();
  }

  @PostMapping("/{id}/params")
  Map<String, Object> param(Scope scope, @PathVariable("id") String id, Fields fields) {
    labels.param(scope.project(), id, KeyValue.listed(fields, "params"));
    return Map.of();
  }

  @PatchMapping("/{id}/tags")
  Map<String, Object> tag(Scope scope, @PathVariable("id") String id, Fields fields) {
    labels.tag(scope.project(), id, KeyValue.listed(fields, "tags"));
    return Map.of();
  }

  /** A key may have slashes, which clients leave as they are. */
  @DeleteMapping("/{id}/tags/{*key}")
  Map<String, Object> untag(
      Scope scope, @PathVariable("id") String id, @PathVariable("key") String key) {
    labels.untag(scope.project(), id, key.startsWith("/") ? key.substring(1) : key);
    return Map.of();
  }

  @PostMapping("/search")
  Map<String, Object> search(Scope scope, Fields fields) {
    var page =
        models.search(
            scope.project(),
            LoggedModelQuery.of(fields),
            fields.pageSize("max_results", USUAL_RESULTS, MOST_RESULTS),
            PageToken.of(fields.optionalText("page_token")));
    return Pages.message("models", page.map(LoggedModelMessage::of));
  }
}

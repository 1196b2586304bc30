package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Text;
import dev.fovea.registry.mlflow.Wire.RegisteredModelMessage;
import dev.fovea.registry.mlflow.Wire.VersionMessage;
import dev.fovea.registry.models.Aliases;
import dev.fovea.registry.models.ModelVersions;
import dev.fovea.registry.models.RegisteredModel;
import dev.fovea.registry.models.RegisteredModels;
import dev.fovea.registry.models.Stage;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.PageToken;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about registered models and their aliases. */
@RestController
@RequestMapping({"/api/2.0/mlflow/registered-models", "/ajax-api/2.0/mlflow/registered-models"})
class RegisteredModelCalls {
  private static final int USUAL_RESULTS = 100;
  private static final int MOST_RESULTS = 1_000;

  private final RegisteredModels models;
  private final ModelVersions versions;
  private final Aliases aliases;

  RegisteredModelCalls(RegisteredModels models, ModelVersions versions, Aliases aliases) {
    this.models = models;
    this.versions = versions;
    this.aliases = aliases;
  }

  @PostMapping("/create")
  Map<String, RegisteredModelMessage> create(Scope scope, Fields fields) {
    return message(
        models.create(
            scope.project(),
            fields.text("name"),
            fields.optionalText("description"),
            KeyValue.listed(fields, "tags")));
  }

  @GetMapping("/get")
  Map<String, RegisteredModelMessage> load(Scope scope, Fields fields) {
    return message(models.load(scope.project(), fields.text("name")));
  }

  @GetMapping("/search")
  Map<String, Object> search(Scope scope, Fields fields) {
    var page =
        models.search(
            scope.project(),
            fields.optionalText("filter").orElse(""),
            fields.texts("order_by"),
            fields.pageSize("max_results", USUAL_RESULTS, MOST_RESULTS),
            PageToken.of(fields.optionalText("page_token")));
    return Pages.message("registered_models", page.map(RegisteredModelMessage::of));
  }

  /** The newest version of each of these stages; of every stage where none is named. */
  @RequestMapping(
      path = "/get-latest-versions",
      method = {RequestMethod.GET, RequestMethod.POST})
  Map<String, Object> latest(Scope scope, Fields fields) {
    var stages = fields.texts("stages").stream().map(Stage::written).collect(Collectors.toSet());
    var found =
        models.load(scope.project(), fields.text("name")).latest().stream()
            .filter(version -> stages.isEmpty() || stages.contains(version.stage()))
            .map(VersionMessage::of)
            .toList();
    return found.isEmpty() ? Map.of() : Map.of("model_versions", found);
  }

  @PostMapping("/rename")
  Map<String, RegisteredModelMessage> rename(Scope scope, Fields fields) {
    return message(models.rename(scope.project(), fields.text("name"), fields.text("new_name")));
  }

  @PatchMapping("/update")
  Map<String, RegisteredModelMessage> update(Scope scope, Fields fields) {
    return message(
        models.describe(
            scope.project(), fields.text("name"), fields.optionalText("description").orElse("")));
  }

  @DeleteMapping("/delete")
  Map<String, Object> delete(Scope scope, Fields fields) {
    models.delete(scope.project(), fields.text("name"));
    return Map.of();
  }

  @PostMapping("/set-tag")
  Map<String, Object> tag(Scope scope, Fields fields) {
    models.tag(
        scope.project(),
        fields.text("name"),
        new KeyValue(fields.text("key"), fields.optionalText("value").orElse("")));
    return Map.of();
  }

  @DeleteMapping("/delete-tag")
  Map<String, Object> untag(Scope scope, Fields fields) {
    models.untag(scope.project(), fields.text("name"), fields.text("key"));
    return Map.of();
  }

  @PostMapping("/alias")
  Map<String, Object> point(Scope scope, Fields fields) {
    aliases.point(
        scope.project(), fields.text("name"), fields.text("alias"), fields.text("version"));
    return Map.of();
  }

  /**
   * An alias that points nowhere is an invalid parameter here, and not a missing resource, as in
   * MLflow.
   */
  @GetMapping("/alias")
  Map<String, VersionMessage> aliased(Scope scope, Fields fields) {
    var name = models.load(scope.project(), fields.text("name")).name();
    var alias = fields.text("alias");
    return Map.of(
        "model_version",
        versions
            .aliased(scope.project(), name, alias)
            .map(VersionMessage::of)
            .orElseThrow(() ->
                MlflowError.invalid(
                    "Registered model alias %s not found.".formatted(Text.excerpt(alias)))));
  }

  @DeleteMapping("/alias")
  Map<String, Object> unpoint(Scope scope, Fields fields) {
    aliases.delete(scope.project(), fields.text("name"), fields.text("alias"));
    return Map.of();
  }

  private static Map<String, RegisteredModelMessage> message(RegisteredModel model) {
    return Map.of("registered_model", RegisteredModelMessage.of(model));
  }
}

package dev.fovea.registry.mlflow;

import dev.fovea.registry.mlflow.Wire.VersionMessage;
import dev.fovea.registry.models.ModelVersions;
import dev.fovea.registry.models.Registrations;
import dev.fovea.registry.models.Stage;
import dev.fovea.registry.models.Stages;
import dev.fovea.registry.models.Version;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.PageToken;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about model versions. */
@RestController
@RequestMapping({"/api/2.0/mlflow/model-versions", "/ajax-api/2.0/mlflow/model-versions"})
class ModelVersionCalls {
  private static final int USUAL_RESULTS = 10_000;
  private static final int MOST_RESULTS = 200_000;

  private final ModelVersions versions;
  private final Registrations registrations;
  private final Stages stages;

  ModelVersionCalls(ModelVersions versions, Registrations registrations, Stages stages) {
    this.versions = versions;
    this.registrations = registrations;
    this.stages = stages;
  }

  @PostMapping("/create")
  Map<String, VersionMessage> create(Scope scope, Fields fields) {
    return message(
        registrations.register(
            scope.project(),
            new Registrations.Request(
                fields.text("name"),
                fields.text("source"),
                fields.optionalText("run_id").filter(id -> !id.isEmpty()),
                fields.optionalText("model_id").filter(id -> !id.isEmpty()),
                fields.optionalText("run_link").orElse(""),
                fields.optionalText("description").orElse(""),
                KeyValue.listed(fields, "tags"))));
  }

  @GetMapping("/get")
  Map<String, VersionMessage> load(Scope scope, Fields fields) {
    return message(versions.load(scope.project(), fields.text("name"), fields.text("version")));
  }

  @GetMapping("/get-download-uri")
  Map<String, String> downloadUri(Scope scope, Fields fields) {
    return Map.of(
        "artifact_uri",
        versions.load(scope.project(), fields.text("name"), fields.text("version")).location());
  }

  @GetMapping("/search")
  Map<String, Object> search(Scope scope, Fields fields) {
    var page =
        versions.search(
            scope.project(),
            fields.optionalText("filter").orElse(""),
            fields.texts("order_by"),
            fields.pageSize("max_results", USUAL_RESULTS, MOST_RESULTS),
            PageToken.of(fields.optionalText("page_token")));
    return Pages.message("model_versions", page.map(VersionMessage::of));
  }

  @PatchMapping("/update")
  Map<String, VersionMessage> update(Scope scope, Fields fields) {
    return message(
        versions.describe(
            scope.project(),
            fields.text("name"),
            fields.text("version"),
            fields.optionalText("description").orElse("")));
  }

  @PostMapping("/transition-stage")
  Map<String, VersionMessage> transition(Scope scope, Fields fields) {
    return message(
        stages.move(
            scope.project(),
            fields.text("name"),
            fields.text("version"),
            Stage.written(fields.text("stage")),
            fields.flag("archive_existing_versions")));
  }

  @DeleteMapping("/delete")
  Map<String, Object> delete(Scope scope, Fields fields) {
    versions.delete(scope.project(), fields.text("name"), fields.text("version"));
    return Map.of();
  }

  @PostMapping("/set-tag")
  Map<String, Object> tag(Scope scope, Fields fields) {
    versions.tag(
        scope.project(),
        fields.text("name"),
        fields.text("version"),
        new KeyValue(fields.text("key"), fields.optionalText("value").orElse("")));
    return Map.of();
  }

  @DeleteMapping("/delete-tag")
  Map<String, Object> untag(Scope scope, Fields fields) {
    versions.untag(
        scope.project(), fields.text("name"), fields.text("version"), fields.text("key"));
    return Map.of();
  }

  private static Map<String, VersionMessage> message(Version version) {
    return Map.of("model_version", VersionMessage.of(version));
  }
}

package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import dev.fovea.registry.artifacts.ArtifactPath;
import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.artifacts.Entry;
import dev.fovea.registry.mlflow.Wire.FileMessage;
import dev.fovea.registry.models.LoggedModels;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.tracking.TrackedRuns;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls for files that go whole. */
@RestController
class ArtifactCalls {
  private static final String ONE = "/api/2.0/mlflow-artifacts/artifacts/{*path}";
  private static final String TWIN = "/ajax-api/2.0/mlflow-artifacts/artifacts/{*path}";

  private final Artifacts artifacts;
  private final TrackedRuns runs;
  private final LoggedModels models;

  ArtifactCalls(Artifacts artifacts, TrackedRuns runs, LoggedModels models) {
    this.artifacts = artifacts;
    this.runs = runs;
    this.models = models;
  }

  @PutMapping({ONE, TWIN})
  Map<String, Object> put(
      Scope scope, @PathVariable("path") String path, HttpServletRequest request)
      throws IOException {
    artifacts.put(scope.project(), place(path), request.getInputStream());
    return Map.of();
  }

  @GetMapping({ONE, TWIN})
  ResponseEntity<InputStreamResource> load(Scope scope, @PathVariable("path") String path)
      throws IOException {
    var artifact =
        artifacts.find(scope.project(), place(path)).orElseThrow(() -> noSuchArtifact(path));
    return Download.of(artifact, artifacts.open(artifact));
  }

  @DeleteMapping({ONE, TWIN})
  Map<String, Object> delete(Scope scope, @PathVariable("path") String path) {
    artifacts.delete(scope.project(), place(path));
    return Map.of();
  }

  @GetMapping({"/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"})
  Map<String, Object> list(Scope scope, Fields fields) {
    var path = trimmed(fields.optionalText("path").orElse(""));
    return listing(
        ArtifactPath.parse(path)
            .map(place -> artifacts.list(scope.project(), place))
            .orElse(List.of()),
        "");
  }

  @GetMapping({"/api/2.0/mlflow/artifacts/list", "/ajax-api/2.0/mlflow/artifacts/list"})
  Map<String, Object> listOfRun(Scope scope, Fields fields) {
    var run = runs.load(scope.project(), fields.runId());
    var path = trimmed(fields.optionalText("path").orElse(""));
    return listing(scope, run.artifactUri(), new ArtifactPath(run.experiment(), run.id(), path));
  }

  @GetMapping({
    "/api/2.0/mlflow/logged-models/{id}/artifacts/directories",
    "/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/directories"
  })
  Map<String, Object> listOfModel(Scope scope, @PathVariable("id") String id, Fields fields) {
    var model = models.load(scope.project(), id);
    var path = trimmed(fields.optionalText("artifact_directory_path").orElse(""));
    return listing(
        scope, model.artifactUri(), new ArtifactPath(model.experiment(), model.id(), path));
  }

  private Map<String, Object> listing(Scope scope, String root, ArtifactPath folder) {
    var message = new LinkedHashMap<String, Object>();
    message.put("root_uri", root);
    message.putAll(
        listing(
            artifacts.list(scope.project(), folder),
            folder.path().isEmpty() ? "" : folder.path() + "/"));
    return message;
  }

  private static Map<String, Object> listing(List<Entry> entries, String prefix) {
    return entries.isEmpty()
        ? Map.of()
        : Map.of(
            "files",
            entries.stream()
                .map(entry ->
                    new FileMessage(
                        prefix + entry.name(),
                        entry.isFolder(),
                        entry.isFolder() ? Optional.empty() : Optional.of(entry.bytes()),
                        entry.digest().map(Digest::toString)))
                .toList());
  }

  static ArtifactPath place(String path) {
    return ArtifactPath.parse(trimmed(path)).orElseThrow(() -> noSuchArtifact(path));
  }

  private static String trimmed(String path) {
    var begin = path.startsWith("/") ? 1 : 0;
    var end = path.endsWith("/") && path.length() > begin ? path.length() - 1 : path.length();
    return path.substring(begin, end);
  }

  static MlflowError noSuchArtifact(String path) {
    return MlflowError.missing("No such artifact: '%s'".formatted(Text.excerpt(trimmed(path))));
  }
}

package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.artifacts.ArtifactPath;
import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.tracking.TrackedRun;
import dev.fovea.registry.tracking.TrackedRuns;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Where a model version may come from: a run's artifacts, a logged model, or another version, all
 * of the same project. Whatever else a client writes is refused, so that no path, host or file of
 * the server is ever touched.
 */
@Component
final class Sources {
  private static final Pattern RUN = Pattern.compile("runs:/(?<run>[0-9a-f]{32})(?:/(?<path>.+))?");
  private static final Pattern LOGGED =
      Pattern.compile("models:/(?<model>m-[0-9a-f]{32})(?:/(?<path>.+))?");
  private static final Pattern VERSION =
      Pattern.compile("models:/(?<name>[^/]{1,256})/(?<number>\\d{1,9})");
  private static final Pattern ARTIFACTS = Pattern.compile("mlflow-artifacts:/(?<path>[^/].*)");
  private static final int MOST_CHARS = 2_000;

  private final TrackedRuns runs;
  private final LoggedModels models;
  private final ModelVersions versions;
  private final Artifacts artifacts;

  Sources(TrackedRuns runs, LoggedModels models, ModelVersions versions, Artifacts artifacts) {
    this.runs = runs;
    this.models = models;
    this.versions = versions;
    this.artifacts = artifacts;
  }

  /**
   * Finds the place that a source names.
   *
   * @throws MlflowError where it names none, or one of another project, run or model
   */
  Place resolve(Name project, String source, Optional<String> run, Optional<String> model) {
    if (source.length() > MOST_CHARS
        || source.chars().anyMatch(c -> "\\#?;%".indexOf(c) >= 0 || Character.isISOControl(c))) {
      throw invalid(source);
    }
    var place = place(project, source).orElseThrow(() -> invalid(source));
    if (!artifacts.hasOwner(project, place.location())) {
      throw invalid(source);
    }
    if (run.isPresent() && place.run().isPresent() && !run.equals(place.run())) {
      throw notOf(source, "run_id", run.get());
    }
    if (model.isPresent() && !model.equals(place.model())) {
      throw notOf(source, "model_id", model.get());
    }
    if (run.isPresent() && runs.find(project, run.get()).isEmpty()) {
      throw notOf(source, "run_id", run.get());
    }
    return new Place(place.location(), place.run().or(() -> run), place.model());
  }

  private Optional<Place> place(Name project, String source) {
    var ofRun = RUN.matcher(source);
    if (ofRun.matches()) {
      return runs.find(project, ofRun.group("run"))
          .map(run ->
              new Place(
                  place(run.experiment(), run.id(), ofRun.group("path")),
                  Optional.of(run.id()),
                  Optional.empty()));
    }
    var logged = LOGGED.matcher(source);
    if (logged.matches()) {
      return models
          .find(project, logged.group("model"))
          .map(
              model -> ofModel(model, place(model.experiment(), model.id(), logged.group("path"))));
    }
    var version = VERSION.matcher(source);
    if (version.matches()) {
      return versions
          .find(project, version.group("name"), Integer.parseInt(version.group("number")))
          .flatMap(copied ->
              place(project, copied.location())
                  .map(place -> new Place(place.location(), copied.run(), place.model())));
    }
    var path = ARTIFACTS.matcher(source);
    if (path.matches()) {
      return ArtifactPath.parse(path.group("path"))
          .flatMap(location ->
              location.isOfModel()
                  // Of a deleted one, too: versions that are made of it can be copied.
                  ? models.findAny(project, location.owner()).map(model -> ofModel(model, location))
                  : runs.find(project, location.owner())
                      .map(TrackedRun::id)
                      .map(run -> new Place(location, Optional.of(run), Optional.empty())));
    }
    return Optional.empty();
  }

  private static ArtifactPath place(long experiment, String owner, @Nullable String path) {
    return new ArtifactPath(experiment, owner, path == null ? "" : path);
  }

  private static Place ofModel(LoggedModel model, ArtifactPath location) {
    return new Place(location, model.sourceRun(), Optional.of(model.id()));
  }

  private static MlflowError notOf(String source, String what, String id) {
    return MlflowError.invalid(
        "Invalid model version source: '%s'. It is not of the %s '%s' that the request names."
            .formatted(Text.excerpt(source), what, Text.excerpt(id)));
  }

  private static MlflowError invalid(String source) {
    return MlflowError.invalid(
        "Invalid model version source: '%s'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path. Fovea takes runs:/<run id>/<path>, models:/m-<id>, models:/<name>/<version> and mlflow-artifacts:/… of runs and models that exist in this project."
            .formatted(Text.excerpt(source)));
  }

  /** Where a version's files are, and what made them. */
  record Place(ArtifactPath location, Optional<String> run, Optional<String> model) {}
}

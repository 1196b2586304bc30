package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.models.ModelFolder.Finding;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.tracking.TrackedRun;
import dev.fovea.registry.tracking.TrackedRuns;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Registers what people logged through MLflow's protocol. */
@Component
public final class Registrations {
  private final TransactionTemplate transaction;
  private final Sources sources;
  private final NewVersions versions;
  private final LoggedModelLabels labels;
  private final Artifacts artifacts;
  private final TrackedRuns runs;

  Registrations(
      TransactionTemplate transaction,
      Sources sources,
      NewVersions versions,
      LoggedModelLabels labels,
      Artifacts artifacts,
      TrackedRuns runs) {
    this.transaction = transaction;
    this.sources = sources;
    this.versions = versions;
    this.labels = labels;
    this.artifacts = artifacts;
    this.runs = runs;
  }

  /** Makes a version of the files at a source. Those never change again. */
  public Version register(Name project, Request request) {
    var place = sources.resolve(project, request.source(), request.run(), request.loggedModel());
    var run = place.run().flatMap(id -> runs.find(project, id));
    return Objects.requireNonNull(
        transaction.execute(_ -> {
          // Frozen before they are looked at, so that what was looked at is what stays.
          artifacts.freeze(place.location());
          var finding = ModelFolder.inspect(request.model(), artifacts.under(place.location()));
          // A copy of a version brings the tags of the original, but what Fovea says of it is said
          // anew.
          var tags = new ArrayList<>(request.tags());
          tags.removeIf(tag -> tag.key().equals(ModelVersions.RELEASABLE_TAG));
          if (finding instanceof Finding.KeptOnly(var reason)) {
            tags.add(new KeyValue(ModelVersions.RELEASABLE_TAG, "false: " + reason));
          }
          var version =
              versions.add(
                  project,
                  new NewVersions.Draft(
                      request.model(),
                      request.source(),
                      place.location().uri(),
                      run,
                      place.model(),
                      request.runLink(),
                      request.description(),
                      finding instanceof Finding.Releasable(var file)
                          ? Optional.of(file)
                          : Optional.empty(),
                      run.flatMap(TrackedRun::trainedOn),
                      tags));
          place.model().ifPresent(model -> labels.registeredAs(model, version));
          return version;
        }));
  }

  /** What a client asks for. */
  public record Request(
      String model,
      String source,
      Optional<String> run,
      Optional<String> loggedModel,
      String runLink,
      String description,
      List<KeyValue> tags) {}
}

package dev.fovea.registry.signing;

import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.ModelStatement.Registered;
import dev.fovea.registry.ModelStatement.Resource;
import dev.fovea.registry.artifacts.ArtifactPath;
import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.protocol.MlflowError;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.stereotype.Component;

/** Signs model versions. */
@Component
public final class ModelSigner {
  private final ModelKeys keys;
  private final SignatureRows rows;
  private final Artifacts artifacts;

  ModelSigner(ModelKeys keys, SignatureRows rows, Artifacts artifacts) {
    this.keys = keys;
    this.rows = rows;
    this.artifacts = artifacts;
  }

  /**
   * Signs a version that was just written, in the transaction that wrote it.
   *
   * @throws MlflowError where it has too many files
   */
  public void sign(Name project, String model, int number) {
    sign(rows.version(project, model, number), false);
  }

  /** Signs a version as it is found, in the caller's transaction. */
  void sign(VersionRecord version, boolean later) {
    // What is written and read back is the same to the millisecond, in any JSON.
    var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    keep(version, version.registered(now, later), files(version));
  }

  /** Signs again what was signed and still holds, under the model's new name. */
  void signAgain(VersionRecord renamed, ModelStatement before) {
    keep(
        renamed, before.predicate().fovea().named(renamed.model()), before.predicate().resources());
  }

  private void keep(VersionRecord version, Registered registered, List<Resource> files) {
    rows.add(version, keys.sign(ModelStatement.of(registered, files)));
  }

  /** The files of a version, as the tables have them. */
  List<Resource> files(VersionRecord version) {
    var files = version.place().map(this::files).orElse(List.of());
    if (files.size() > ModelStatement.MOST_FILES) {
      throw MlflowError.invalid(
          "Invalid model version source: '%s' has more than %d files. Register the folder of the model alone."
              .formatted(version.location(), ModelStatement.MOST_FILES));
    }
    return files;
  }

  private List<Resource> files(ArtifactPath place) {
    int above = place.path().isEmpty() ? 0 : place.path().length() + 1;
    return artifacts.under(place, ModelStatement.MOST_FILES + 1).stream()
        .map(file ->
            Resource.of(
                file.path().equals(place.path()) ? file.fileName() : file.path().substring(above),
                file.digest()))
        .toList();
  }
}

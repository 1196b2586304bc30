package dev.fovea.registry.models;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Models.Registration;
import dev.fovea.registry.artifacts.Artifact;
import dev.fovea.registry.artifacts.ArtifactPath;
import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.tracking.Experiments;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Gives the files of a job's model a place among the logged models, so that MLflow's clients can
 * download them.
 */
@Component
final class JobFiles {
  private static final int ID_DIGITS = 32;
  private static final String DEFAULT_EXPERIMENT = "0";

  private final ObjectStore objects;
  private final Artifacts artifacts;
  private final LoggedModels models;
  private final Experiments experiments;

  JobFiles(ObjectStore objects, Artifacts artifacts, LoggedModels models, Experiments experiments) {
    this.objects = objects;
    this.artifacts = artifacts;
    this.models = models;
    this.experiments = experiments;
  }

  /** The sizes of the model file and of its recording. */
  record Stored(long bytes, Optional<Long> parityBytes) {}

  /** Refuses files that are not in the object store. */
  Stored check(Registration wanted) {
    return new Stored(
        size("digest", wanted.digest()), wanted.parity().map(parity -> size("parity", parity)));
  }

  /** Writes the rows in the caller's transaction. */
  ArtifactPath place(Name project, Registration wanted, Stored stored) {
    var experiment = experiments.load(project, DEFAULT_EXPERIMENT).id();
    var identity = "%s %s %s".formatted(project, wanted.model(), wanted.digest());
    var id =
        "m-"
            + Digest.sha256(identity.getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, ID_DIGITS);
    models.insert(
        project, id, experiment, wanted.model().text(), "", wanted.run(), "LOGGED_MODEL_READY");
    var file = "model." + wanted.format().name().toLowerCase(Locale.ROOT);
    artifacts.put(id, new Artifact(file, wanted.digest(), stored.bytes()));
    wanted
        .parity()
        .ifPresent(parity ->
            artifacts.put(
                id, new Artifact("parity.safetensors", parity, stored.parityBytes().orElse(0L))));
    var place = new ArtifactPath(experiment, id, "");
    artifacts.freeze(place);
    return place;
  }

  private long size(String what, Digest digest) {
    try {
      if (!objects.exists(digest)) {
        throw new InvalidRequest(
            "%s: %s is not in the object store".formatted(what, digest),
            "store the file first, then register it");
      }
      return objects.size(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

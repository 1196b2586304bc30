package dev.fovea.registry.models;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelVersion;
import dev.fovea.registry.protocol.KeyValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A version of a registered model as MLflow's clients see it.
 *
 * @param source as the client gave it
 * @param location where its files are
 * @param run the run that made it
 * @param loggedModel the logged model that it is
 * @param file the model file that Fovea can release; absent where it found none, or several
 * @param stage a word for MLflow's clients
 */
public record Version(
    Name project,
    String model,
    int number,
    String source,
    String location,
    Optional<String> run,
    Optional<String> loggedModel,
    String runLink,
    String description,
    String userId,
    long createdMillis,
    long updatedMillis,
    Optional<ModelFile> file,
    Optional<Digest> dataset,
    List<KeyValue> tags,
    List<String> aliases,
    Stage stage) {
  /** A model file and the recording of its behaviour, both in the object store. */
  public record ModelFile(Digest digest, ModelVersion.Format format, Optional<Digest> parity) {}

  /** The same as Fovea's own jobs and pages see it; empty where it cannot be released. */
  Optional<ModelVersion> releasable() {
    return file.map(found -> {
      var values = new TreeMap<String, String>();
      tags.forEach(tag -> values.put(tag.key(), tag.value()));
      return new ModelVersion(
          project,
          new Name(model),
          number,
          found.digest(),
          found.format(),
          run,
          dataset,
          found.parity(),
          Set.copyOf(aliases),
          values,
          userId,
          Instant.ofEpochMilli(createdMillis));
    });
  }
}

package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable model version.
 *
 * @param number counts the model's versions from 1
 * @param digest of the model file
 * @param format what the model file is
 * @param run the run that made it
 * @param dataset the dataset version it was trained on, where known
 * @param parity a recording of inputs and outputs that the exported model must repeat, where there
 *     is one
 * @param aliases the names that point here now
 */
public record ModelVersion(
    Name project,
    Name model,
    int number,
    Digest digest,
    Format format,
    Optional<String> run,
    Optional<Digest> dataset,
    Optional<Digest> parity,
    Set<String> aliases,
    Map<String, String> tags,
    String registeredBy,
    Instant at) {
  /** What the model file is. */
  public enum Format {
    /** A {@code torch.export} archive. */
    PT2,
    ONNX
  }
}

package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Optional;

/**
 * A model that is trained again because its dataset has a new version.
 *
 * @param digest of the dataset version, the model version and the training spec
 * @param from the model version it starts from
 * @param state {@code running}, {@code done} or {@code failed}
 * @param number the model version that came out, once done
 * @param summary what came out, in a sentence with values
 */
public record Retraining(
    Digest digest,
    Name model,
    Digest dataset,
    int from,
    String state,
    Optional<Integer> number,
    String summary,
    Instant started) {}

package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Optional;

/**
 * A dataset has a new version.
 *
 * @param batch the annotation batch that it came from; absent for a push
 */
public record DatasetCommitted(
    Name project,
    Name dataset,
    Digest version,
    Optional<Digest> parent,
    GitCommit commit,
    Optional<Digest> batch,
    Instant at) {}

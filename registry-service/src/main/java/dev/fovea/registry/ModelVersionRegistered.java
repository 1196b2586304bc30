package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;

/** A model has a new version. */
public record ModelVersionRegistered(
    Name project, Name model, int number, Digest digest, Instant at) {}

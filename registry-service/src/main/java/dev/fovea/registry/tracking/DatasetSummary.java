package dev.fovea.registry.tracking;

import java.util.Optional;

/**
 * A dataset that runs of an experiment used.
 *
 * @param context what they used it for, such as {@code training}
 */
public record DatasetSummary(
    long experiment, String name, String digest, Optional<String> context) {}

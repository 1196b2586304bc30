package dev.fovea.cli.imports.source;

import java.util.List;
import java.util.Optional;

/** A dataset that a run used, as MLflow describes it. */
public record UsedDataset(
    String name,
    String digest,
    String sourceType,
    String source,
    Optional<String> schema,
    Optional<String> profile,
    List<Pair> tags) {}

package dev.fovea.cli.imports.source;

import java.util.List;

/**
 * An experiment that is not deleted.
 *
 * @param id the source's own
 */
public record SourceExperiment(String id, String name, List<Pair> tags) {}

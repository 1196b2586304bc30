package dev.fovea.cli.imports.source;

import java.util.List;
import java.util.Optional;

/**
 * A model that a run logged, as MLflow 3 keeps it beside runs.
 *
 * @param id the source's own, {@code m-…}
 * @param status MLflow's, such as {@code LOGGED_MODEL_READY}
 */
public record LoggedModel(
    String id,
    String experiment,
    String name,
    String type,
    Optional<String> run,
    String status,
    List<Pair> params,
    List<Pair> tags,
    List<Measure> measures) {
  /**
   * What a run measured of it.
   *
   * @param run the source's id
   */
  public record Measure(String run, Point point, String dataset, String datasetDigest) {}
}

package dev.fovea.cli.imports.source;

import java.util.List;
import java.util.OptionalLong;

/**
 * A run that is not deleted, without its metrics.
 *
 * @param id the source's own
 * @param experiment the id of its experiment
 * @param status one of MLflow's: RUNNING, SCHEDULED, FINISHED, FAILED, KILLED
 * @param beganMillis since 1970
 * @param endedMillis since 1970; empty while it runs
 * @param modelsIn ids of the logged models that it used
 */
public record SourceRun(
    String id,
    String experiment,
    String name,
    String user,
    String status,
    long beganMillis,
    OptionalLong endedMillis,
    List<Pair> params,
    List<Pair> tags,
    List<UsedDataset> datasets,
    List<String> modelsIn,
    List<MadeModel> modelsOut) {
  /** A logged model that the run made, at a step. */
  public record MadeModel(String id, long step) {}
}

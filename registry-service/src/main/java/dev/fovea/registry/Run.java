package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One training execution, as MLflow's protocol logged it.
 *
 * @param id 32 hex digits, MLflow's own
 * @param status {@code RUNNING}, {@code FINISHED}, {@code FAILED}, {@code KILLED} or {@code
 *     SCHEDULED}
 * @param metrics the latest value of each
 * @param datasets what it says it was trained on
 */
public record Run(
    Name project,
    String id,
    String name,
    String experiment,
    String status,
    Instant started,
    Optional<Instant> ended,
    Map<String, String> params,
    Map<String, Double> metrics,
    Map<String, String> tags,
    List<DatasetUse> datasets) {
  /** MLflow's tag with the commit of the code that ran. */
  public static final String COMMIT_TAG = "mlflow.source.git.commit";

  /**
   * A dataset that a run used.
   *
   * @param version the dataset version's digest, where the run named one that exists in Fovea
   */
  public record DatasetUse(String name, String digest, Optional<Digest> version, String context) {}

  /** One point of a metric's history. */
  public record MetricPoint(double value, long step, Instant at) {}
}

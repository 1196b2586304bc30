package dev.fovea.registry.models;

import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.protocol.KeyValue;
import java.util.List;
import java.util.Optional;

/**
 * A model that a run logged.
 *
 * @param id {@code m-} and 32 hex digits
 * @param status {@code LOGGED_MODEL_PENDING}, {@code LOGGED_MODEL_READY} or {@code
 *     LOGGED_MODEL_UPLOAD_FAILED}
 * @param metrics the latest of each key, run and dataset
 */
public record LoggedModel(
    String id,
    long experiment,
    String name,
    String modelType,
    Optional<String> sourceRun,
    String status,
    long createdMillis,
    long updatedMillis,
    List<KeyValue> params,
    List<KeyValue> tags,
    List<Measured> metrics) {
  /** Where its files are. */
  public String artifactUri() {
    return "mlflow-artifacts:/%d/models/%s/artifacts".formatted(experiment, id);
  }

  /** A metric of it that a run logged. */
  public record Measured(String run, LoggedMetric metric) {}
}

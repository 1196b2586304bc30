package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.protocol.KeyValue;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A run as MLflow's clients see it.
 *
 * @param id 32 hex digits
 * @param metrics the latest value of each
 * @param lifecycle {@code active} or {@code deleted}
 */
public record TrackedRun(
    Name project,
    String id,
    long experiment,
    String experimentName,
    String name,
    String userId,
    String status,
    long startedMillis,
    Optional<Long> endedMillis,
    String lifecycle,
    List<KeyValue> params,
    List<KeyValue> tags,
    List<LoggedMetric> metrics,
    List<DatasetInput> datasets,
    List<ModelLink> models) {
  /** Where its artifacts are. */
  public String artifactUri() {
    return "mlflow-artifacts:/%d/%s/artifacts".formatted(experiment, id);
  }

  /** The value of a tag. */
  public Optional<String> tag(String key) {
    return tags.stream().filter(tag -> tag.key().equals(key)).map(KeyValue::value).findFirst();
  }

  /** The dataset version that it was trained on, as far as it named one. */
  public Optional<Digest> trainedOn() {
    return datasets.stream()
        .filter(used -> used.version().isPresent())
        .min(Comparator.comparing((DatasetInput used) -> !used.context().startsWith("train")))
        .flatMap(DatasetInput::version)
        .or(() -> tag(DatasetInput.VERSION_TAG).flatMap(DatasetInput::namedVersion));
  }

  /**
   * A logged model that the run read or made.
   *
   * @param direction {@code input} or {@code output}
   */
  public record ModelLink(String direction, String model, long step) {}
}

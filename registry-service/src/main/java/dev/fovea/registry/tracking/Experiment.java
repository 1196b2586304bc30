package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.registry.protocol.KeyValue;
import java.util.List;

/**
 * A named set of runs.
 *
 * @param id 0 for each project's {@code Default}, else unique in the installation
 * @param lifecycle {@code active} or {@code deleted}
 */
public record Experiment(
    Name project,
    long id,
    String name,
    String lifecycle,
    long createdMillis,
    long updatedMillis,
    List<KeyValue> tags) {
  /** Where its artifacts are; the server chooses, whatever a client asks for. */
  public String artifactLocation() {
    return "mlflow-artifacts:/" + id;
  }
}

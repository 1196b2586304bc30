package dev.fovea.registry.tracking;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import java.util.Arrays;

/** How far a run is; the numbers are protobuf's. */
public enum RunStatus {
  RUNNING,
  SCHEDULED,
  FINISHED,
  FAILED,
  KILLED;

  /** MLflow's name or number of it. */
  public static RunStatus written(String text) {
    return Arrays.stream(values())
        .filter(status -> status.name().equals(text) || Integer.toString(status.ordinal() + 1).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                MlflowError.invalid(
                    "Invalid value \"%s\" for parameter 'status' supplied (expected: one of %s)"
                        .formatted(Text.excerpt(text), Arrays.toString(values()))));
  }
}

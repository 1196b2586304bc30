package dev.fovea.registry.tracking;

import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import java.util.Arrays;

/** How far a run is; the numbers are protobuf's. */
public enum RunStatus {
  RUNNING("1"),
  SCHEDULED("2"),
  FINISHED("3"),
  FAILED("4"),
  KILLED("5");

  private final String number;

  RunStatus(String number) {
    this.number = number;
  }

  /** Whether nothing more is expected of the run. */
  boolean hasEnded() {
    return compareTo(FINISHED) >= 0;
  }

  /** MLflow's name or number of it. */
  public static RunStatus written(String text) {
    return Arrays.stream(values())
        .filter(status -> status.name().equals(text) || status.number.equals(text))
        .findFirst()
        .orElseThrow(() ->
            MlflowError.invalid(
                "Invalid value \"%s\" for parameter 'status' supplied (expected: one of %s)"
                    .formatted(Text.excerpt(text), Arrays.toString(values()))));
  }
}

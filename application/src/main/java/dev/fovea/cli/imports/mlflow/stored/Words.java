package dev.fovea.cli.imports.mlflow.stored;

import java.util.Map;

/** MLflow's numbers for states, as its protobuf definitions name them (service.proto). */
public final class Words {
  private static final Map<Long, String> RUN =
      Map.of(1L, "RUNNING", 2L, "SCHEDULED", 3L, "FINISHED", 4L, "FAILED", 5L, "KILLED");
  private static final Map<Long, String> MODEL =
      Map.of(
          1L, "LOGGED_MODEL_PENDING", 2L, "LOGGED_MODEL_READY", 3L, "LOGGED_MODEL_UPLOAD_FAILED");

  private Words() {}

  public static String run(long status) {
    return RUN.getOrDefault(status, "FAILED");
  }

  public static String loggedModel(long status) {
    return MODEL.getOrDefault(status, "LOGGED_MODEL_PENDING");
  }
}

package dev.fovea.registry.protocol;

import dev.fovea.kernel.Problem;

/** MLflow's error codes that Fovea answers with; clients decide by them whether to try again. */
public enum ErrorCode {
  INVALID_PARAMETER_VALUE(
      400, Problem.Kind.INVALID, "correct this value and send the request again"),
  RESOURCE_ALREADY_EXISTS(
      400, Problem.Kind.CONFLICT, "use the existing one or choose another name"),
  UNAUTHENTICATED(
      401, Problem.Kind.UNAUTHENTICATED, "set MLFLOW_TRACKING_TOKEN; 'fovea env' prints it"),
  PERMISSION_DENIED(403, Problem.Kind.FORBIDDEN, "ask an administrator for a token that may"),
  RESOURCE_DOES_NOT_EXIST(
      404, Problem.Kind.NOT_FOUND, "check the id or name; a search shows those that exist"),
  ENDPOINT_NOT_FOUND(404, Problem.Kind.NOT_FOUND, "Fovea does not serve this call of MLflow's"),
  RESOURCE_CONFLICT(
      409, Problem.Kind.CONFLICT, "store it under another path or register a new version"),
  INTERNAL_ERROR(500, Problem.Kind.UNAVAILABLE, "look for the incident in Fovea's log"),
  NOT_IMPLEMENTED(501, Problem.Kind.UNAVAILABLE, "use the call without this feature"),
  TEMPORARILY_UNAVAILABLE(503, Problem.Kind.UNAVAILABLE, "try again in a few seconds");

  private final int status;
  private final Problem.Kind kind;
  private final String remedy;

  ErrorCode(int status, Problem.Kind kind, String remedy) {
    this.status = status;
    this.kind = kind;
    this.remedy = remedy;
  }

  /** The HTTP status that MLflow pairs with it. */
  public int status() {
    return status;
  }

  Problem.Kind kind() {
    return kind;
  }

  String remedy() {
    return remedy;
  }
}

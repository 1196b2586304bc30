package dev.fovea.registry.protocol;

import dev.fovea.kernel.Problem;

/** A refusal in MLflow's own words, which its clients and their tests look for. */
public final class MlflowError extends Problem {
  private final ErrorCode code;
  private final String what;

  /**
   * @param code what clients decide by
   * @param what the message as MLflow words it
   */
  public MlflowError(ErrorCode code, String what) {
    super(code.kind(), what, code.remedy());
    this.code = code;
    this.what = what;
  }

  /** A value that breaks a rule. */
  public static MlflowError invalid(String what) {
    return new MlflowError(ErrorCode.INVALID_PARAMETER_VALUE, what);
  }

  /** Nothing of this name, or not for this caller. */
  public static MlflowError missing(String what) {
    return new MlflowError(ErrorCode.RESOURCE_DOES_NOT_EXIST, what);
  }

  /** The name is taken. */
  public static MlflowError taken(String what) {
    return new MlflowError(ErrorCode.RESOURCE_ALREADY_EXISTS, what);
  }

  public ErrorCode code() {
    return code;
  }

  public String what() {
    return what;
  }
}

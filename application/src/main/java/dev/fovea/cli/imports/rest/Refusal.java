package dev.fovea.cli.imports.rest;

import dev.fovea.kernel.Problem;

/** A server did not do what it was asked for. */
public final class Refusal extends Problem {
  private final int status;
  private final String code;

  /**
   * @param status HTTP's; 0 where no answer came
   * @param code MLflow's error code; empty where it gave none
   */
  Refusal(int status, String code, String what, String remedy) {
    super(kind(status), what, remedy);
    this.status = status;
    this.code = code;
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  private static Kind kind(int status) {
    return switch (status) {
      case 401 -> Kind.UNAUTHENTICATED;
      case 403 -> Kind.FORBIDDEN;
      case 404 -> Kind.NOT_FOUND;
      case 409 -> Kind.CONFLICT;
      case 413 -> Kind.TOO_LARGE;
      case 0, 429, 500, 502, 503, 504 -> Kind.UNAVAILABLE;
      default -> Kind.INVALID;
    };
  }
}

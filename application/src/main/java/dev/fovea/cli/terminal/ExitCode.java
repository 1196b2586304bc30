package dev.fovea.cli.terminal;

import dev.fovea.kernel.Problem;

/** What a script can rely on. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;
  public static final int REFUSED = 3;
  public static final int NOT_AUTHORISED = 4;
  public static final int STILL_WAITING = 5;
  public static final int UNREACHABLE = 6;

  private ExitCode() {}

  static int of(Problem.Kind kind) {
    return switch (kind) {
      case REFUSED -> REFUSED;
      case UNAUTHENTICATED, FORBIDDEN -> NOT_AUTHORISED;
      case UNAVAILABLE -> UNREACHABLE;
      case INVALID, NOT_FOUND, CONFLICT, TOO_LARGE -> FAILED;
    };
  }
}

package dev.fovea.cli;

import dev.fovea.kernel.Problem;
import java.util.Locale;

/**
 * The one form of an error in the terminal: {@code error[code] what happened}, then what to do
 * next.
 *
 * @param code the problem's short name, the same as in the API's {@code type}
 */
record ErrorForm(String code, String message, String remedy, int exitCode) {
  static ErrorForm of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return new ErrorForm(
            kebab(problem.getClass().getSimpleName()),
            problem.explanation(),
            problem.remedy(),
            ExitCode.of(problem.kind()));
      }
      if (cause instanceof java.net.ConnectException) {
        return new ErrorForm(
            "server-unreachable",
            "no server answers at " + Client.defaultAddress(),
            "start one with 'fovea serve', or say where it is with --server or FOVEA_URL",
            ExitCode.UNREACHABLE);
      }
    }
    var message =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    return new ErrorForm("failed", message, "'fovea doctor' checks this machine", ExitCode.FAILED);
  }

  private static String kebab(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "error[%s] %s%n  next: %s".formatted(code, message, remedy);
  }
}

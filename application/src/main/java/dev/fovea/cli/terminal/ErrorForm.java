package dev.fovea.cli.terminal;

import dev.fovea.kernel.Problem;
import dev.fovea.roles.Problems;

/**
 * The one form of an error in the terminal: {@code error[code] what happened}, then what to do
 * next.
 *
 * @param code the problem's short name, the same as in the API's {@code type}
 */
public record ErrorForm(String code, String message, String remedy, int exitCode) {
  public static ErrorForm of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return new ErrorForm(
            code(problem), problem.explanation(), problem.remedy(), ExitCode.of(problem.kind()));
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

  /** A problem of a kind that this program does not know keeps the name that the server gave it. */
  private static String code(Problem problem) {
    var type = String.valueOf(Problems.out(problem).getType());
    return type.substring(type.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return "error[%s] %s%n  next: %s".formatted(code, message, remedy);
  }
}

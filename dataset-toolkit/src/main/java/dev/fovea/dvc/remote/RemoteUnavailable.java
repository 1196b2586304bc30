package dev.fovea.dvc.remote;

import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;

/** A remote does not answer, or says that it has no time. */
public final class RemoteUnavailable extends Problem {
  private static final long serialVersionUID = 1;

  RemoteUnavailable(String whom, String account, String why, Exception cause) {
    this(
        "%s gives no usable answer (%s): %s".formatted(whom, account, Text.excerpt(why)),
        "see whether it runs and can be reached from here, then repeat: what has come or gone"
            + " stays",
        cause);
  }

  private RemoteUnavailable(String explanation, String remedy, Exception cause) {
    super(Kind.UNAVAILABLE, explanation, remedy);
    initCause(cause);
  }

  /** A folder that takes no more. */
  static RemoteUnavailable full(String folder, String why, Exception cause) {
    return new RemoteUnavailable(
        "%s takes no more: %s".formatted(folder, Text.excerpt(why)),
        "make room there, or see who may write there; then repeat: what has gone stays",
        cause);
  }
}

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
            + " stays");
    initCause(cause);
  }

  private RemoteUnavailable(String explanation, String remedy) {
    super(Kind.UNAVAILABLE, explanation, remedy);
  }

  /** A store whose list of keys does not come to an end. */
  static RemoteUnavailable endless(String whom, String keys, int pages) {
    return new RemoteUnavailable(
        "%s lists the keys of %s without end: %d pages in a row brought nothing new, and each says that there is more"
            .formatted(whom, Text.excerpt(keys), pages),
        "see whether that is an S3, and what others see of it: aws s3api list-objects-v2");
  }

  /** A folder that takes no more. */
  static RemoteUnavailable full(String folder, String why, Exception cause) {
    var problem =
        new RemoteUnavailable(
            "%s takes no more: %s".formatted(folder, Text.excerpt(why)),
            "make room there, or see who may write there; then repeat: what has gone stays");
    problem.initCause(cause);
    return problem;
  }
}

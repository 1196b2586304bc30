package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Problem;

/** Kubernetes, or something that runs in it, gave no usable answer: nothing is known. */
public final class ClusterUnreachable extends Problem {
  private final String what;
  private final String why;

  /**
   * @param what was asked for
   * @param why there is no answer
   */
  public ClusterUnreachable(String what, String why) {
    super(
        Kind.UNAVAILABLE,
        "%s: no answer: %s".formatted(what, why),
        "nothing has to be done if it comes back; see whether the API server, the gateway and the pods can be reached from the controller");
    this.what = what;
    this.why = why;
  }

  public String what() {
    return what;
  }

  public String why() {
    return why;
  }
}

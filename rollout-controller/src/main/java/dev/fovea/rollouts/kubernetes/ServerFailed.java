package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Problem;

/** A model server's pods will not come to answer. */
public final class ServerFailed extends Problem {
  private final String server;
  private final String why;

  /**
   * @param server the Deployment's name
   * @param why what its pods say
   */
  public ServerFailed(String server, String why) {
    super(
        Kind.REFUSED,
        "model server %s does not come up: %s".formatted(server, why),
        "look at its pods: kubectl describe pods -l app.kubernetes.io/name=%s".formatted(server));
    this.server = server;
    this.why = why;
  }

  public String server() {
    return server;
  }

  public String why() {
    return why;
  }
}

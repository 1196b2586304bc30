package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Problem;

/** Kubernetes or the gateway said no, and would again. */
public final class ClusterRefused extends Problem {
  private final String what;
  private final String why;
  private final String fix;

  /**
   * @param what was asked for
   * @param why it said no
   * @param fix what to do
   */
  public ClusterRefused(String what, String why, String fix) {
    super(Kind.REFUSED, "%s was refused: %s".formatted(what, why), fix);
    this.what = what;
    this.why = why;
    this.fix = fix;
  }

  public String what() {
    return what;
  }

  public String why() {
    return why;
  }

  public String fix() {
    return fix;
  }
}

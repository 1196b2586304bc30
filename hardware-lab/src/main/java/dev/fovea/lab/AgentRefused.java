package dev.fovea.lab;

import dev.fovea.kernel.Problem;

/** An agent did not show what lets it in: a good code, or the key of a device. */
public final class AgentRefused extends Problem {
  private final String what;
  private final String fix;

  public AgentRefused(String what, String fix) {
    super(Kind.UNAUTHENTICATED, what, fix);
    this.what = what;
    this.fix = fix;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}

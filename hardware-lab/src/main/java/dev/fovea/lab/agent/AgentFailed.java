package dev.fovea.lab.agent;

import dev.fovea.kernel.Problem;

/** A device went away, or its agent gave up, while it measured. */
public final class AgentFailed extends Problem {
  private final String device;
  private final String what;
  private final String fix;

  /**
   * @param what what happened, with values
   * @param fix what to look at
   */
  public AgentFailed(String device, String what, String fix) {
    super(Kind.UNAVAILABLE, "device %s: %s".formatted(device, what), fix);
    this.device = device;
    this.what = what;
    this.fix = fix;
  }

  public String device() {
    return device;
  }

  public String what() {
    return what;
  }

  public String fix() {
    return fix;
  }
}

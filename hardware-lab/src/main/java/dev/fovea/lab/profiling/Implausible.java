package dev.fovea.lab.profiling;

import dev.fovea.kernel.Problem;

/** An agent reported what cannot be; nothing of it is kept. */
public final class Implausible extends Problem {
  private final String device;
  private final String what;

  /**
   * @param what the value and what was expected
   */
  public Implausible(String device, String what) {
    super(
        Kind.INVALID,
        "device %s reported what cannot be: %s".formatted(device, what),
        "check the agent and the clock on that device, then ask for the profile again");
    this.device = device;
    this.what = what;
  }

  public String device() {
    return device;
  }

  public String what() {
    return what;
  }
}

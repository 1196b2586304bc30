package dev.fovea.pipelines.release;

import dev.fovea.kernel.Problem;

/** The lab could not profile a model. */
public final class ProfileFailed extends Problem {
  private final String device;
  private final String why;

  public ProfileFailed(String device, String why) {
    super(
        Kind.CONFLICT,
        "no profile on %s: %s".formatted(device, why),
        "when the cause is gone, ask for the release again; it goes on at this step");
    this.device = device;
    this.why = why;
  }

  public String device() {
    return device;
  }

  public String why() {
    return why;
  }
}

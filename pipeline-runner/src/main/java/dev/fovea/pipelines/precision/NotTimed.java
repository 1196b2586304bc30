package dev.fovea.pipelines.precision;

import dev.fovea.kernel.Problem;

/** A device of the lab did not say how long a model of a search takes. */
public final class NotTimed extends Problem {
  private final String device;
  private final String why;

  public NotTimed(String device, String why) {
    super(
        Kind.CONFLICT,
        "search: no time on device %s: %s".formatted(device, why),
        "when the cause is gone, ask for the release again; or leave 'device' out of"
            + " release.quantize.search in fovea.yaml, and the machine that searches is timed");
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

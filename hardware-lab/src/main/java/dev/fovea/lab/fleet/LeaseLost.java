package dev.fovea.lab.fleet;

import dev.fovea.kernel.Problem;

/** A result came from somebody who no longer holds the device. */
public final class LeaseLost extends Problem {
  private final String device;
  private final long fence;

  public LeaseLost(String device, long fence) {
    super(
        Kind.CONFLICT,
        "device %s: the lease with fence %d has ended, and its result is not kept"
            .formatted(device, fence),
        "wait: the job is measured again under a new lease");
    this.device = device;
    this.fence = fence;
  }

  public String device() {
    return device;
  }

  public long fence() {
    return fence;
  }
}

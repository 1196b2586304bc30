package dev.fovea.lab;

import dev.fovea.kernel.Problem;

/** The device was taken out of the lab; said only to whoever has its key. */
public final class DeviceRemoved extends Problem {
  private final String device;

  public DeviceRemoved(String device) {
    super(
        Kind.FORBIDDEN,
        "device %s was removed from the lab".formatted(device),
        "ask the lab keeper for a new code ('fovea device invite %s') and join with it"
            .formatted(device));
    this.device = device;
  }

  public String device() {
    return device;
  }
}

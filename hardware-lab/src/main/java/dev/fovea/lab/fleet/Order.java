package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.lab.Lab.ProfileRequest;
import dev.fovea.lab.agent.Assignment;
import java.time.Duration;

/**
 * A job that a device has under a lease.
 *
 * @param attempts how often it was begun, this time included
 * @param waited since the lease began, by the database's clock
 */
public record Order(
    Digest job, ProfileRequest request, int attempts, Lease lease, Duration waited) {
  /** What the device is to run. */
  public Assignment assignment() {
    return new Assignment(request.model(), request.input(), request.warmUp(), request.samples());
  }
}

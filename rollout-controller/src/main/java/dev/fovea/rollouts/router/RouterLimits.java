package dev.fovea.rollouts.router;

import dev.fovea.kernel.ByteSize;
import java.time.Duration;

/**
 * What the router holds at most.
 *
 * @param body one request or answer
 * @param bodies all requests that are under way
 * @param patience how long a model server may take
 */
public record RouterLimits(ByteSize body, ByteSize bodies, Duration patience) {
  /** 16 MiB, 256 MiB, 30 s. */
  public static final RouterLimits STANDARD =
      new RouterLimits(new ByteSize(16 << 20), new ByteSize(256 << 20), Duration.ofSeconds(30));
}

package dev.fovea.rollouts.capture;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.servers.Served;
import java.util.Optional;

/** The rollouts whose servers may have seen something. */
@FunctionalInterface
public interface LiveRollouts {
  /**
   * One of them.
   *
   * @param arm which arm its server is now: {@code stable}, {@code canary} or {@code shadow}
   */
  record Live(Served served, String arm) {}

  /**
   * Empty where the rollout is unknown, or neither under way nor serving, nor was a short while
   * ago.
   */
  Optional<Live> find(Digest rollout);
}

package dev.fovea.rollouts.router;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.ArmCounts;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends each request to one arm and counts what comes back. A split takes effect as a whole;
 * requests under way finish where they are. Every method may be called again with the same
 * arguments.
 */
public interface TrafficRouter {
  /** From now on requests go this way. */
  void route(Deployment deployment, Split split);

  /** Nothing answers for it any more. */
  void close(Deployment deployment);

  /** Which way requests go now. */
  Optional<Split> split(Deployment deployment);

  /**
   * What a backend did since the last call, once: who takes it must keep it. Counts requests that
   * the split sent there, not those that named a version, since nobody drew lots for them.
   */
  ArmCounts take(Digest rollout);

  /** What a backend did since it became known here. */
  Totals totals(Digest rollout);

  /**
   * Waits until a backend that no split names has answered what is under way.
   *
   * @return false when it hasn't by then
   */
  boolean drained(Digest rollout, Duration patience);

  /** Answers and failures, also of requests that named a version. */
  record Totals(long answered, long failed) {}
}

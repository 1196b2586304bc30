package dev.fovea.rollouts.router;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.ArmCounts;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends each request to one arm and counts what comes back. A split takes effect as a whole;
 * requests under way finish where they are. Every method may be called again with the same
 * arguments.
 *
 * <p>Where a split {@linkplain Split#shadows() shadows}, the stable answers every request, and a
 * copy of a share of them, drawn by lot, goes to the canary once the client has its answer. What
 * the canary does with its copies, also nothing or never, neither changes nor delays an answer:
 * copies wait in a bounded queue, and those that don't fit are dropped and counted. A request that
 * names a version never reaches a shadow and is never copied. A router that cannot copy sends
 * everything to the stable, so that the copies count nothing and the rollout stays where it is; it
 * never sends the canary what a client waits for.
 */
public interface TrafficRouter {
  /** From now on requests go this way. */
  void route(Deployment deployment, Split split);

  /** Whether it can send copies; where it can't, a shadow stage never ends. */
  default boolean copies() {
    return true;
  }

  /** Nothing answers for it any more. */
  void close(Deployment deployment);

  /** Which way requests go now. */
  Optional<Split> split(Deployment deployment);

  /**
   * What a backend did since the last call, once: who takes it must keep it. Counts requests that
   * the split sent there, not those that named a version, since nobody drew lots for them.
   *
   * <p>Where the split shadows, the counts of the two arms are of different requests, as they are
   * between a stable and a canary: the stable's are those that were not drawn for copying, the
   * canary's are its copies. A copy without a good answer is an error, also where the canary does
   * not listen at all, so whoever sends the copies counts them. A copy that was dropped is in
   * {@link ArmCounts#copies()} alone. No call mixes counts from before and after a change of the
   * split's kind: those that nobody took by then may be lost, good and bad alike.
   */
  ArmCounts take(Digest rollout);

  /** What a backend did since it became known here; copies too. */
  Totals totals(Digest rollout);

  /**
   * Waits until a backend that no split names has answered what is under way, copies too.
   *
   * @return false when it hasn't by then
   */
  boolean drained(Digest rollout, Duration patience);

  /** Answers and failures, also of requests that named a version. */
  record Totals(long answered, long failed) {}
}

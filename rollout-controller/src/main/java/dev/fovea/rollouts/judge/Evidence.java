package dev.fovea.rollouts.judge;

import java.util.Optional;

/**
 * Everything that the judge remembers of a rollout; a value, kept whole after each window.
 *
 * @param lastWindow the id of the newest window in it, 0 at the beginning
 * @param canaryAnswers how many requests the canary has had
 * @param reference the stable's latencies until the threshold is fixed
 * @param slowAbove the latency bucket above which an answer is slow, once it is fixed
 * @param broken why it can't be used any more; a broken one never changes again
 */
public record Evidence(
    long lastWindow,
    long canaryAnswers,
    Guard errors,
    Guard slow,
    Guard unsure,
    Latencies reference,
    Optional<Integer> slowAbove,
    Optional<String> broken) {
  /** Nothing seen. */
  public static final Evidence NONE =
      new Evidence(
          0,
          0,
          Guard.START,
          Guard.START,
          Guard.START,
          Latencies.NONE,
          Optional.empty(),
          Optional.empty());
}

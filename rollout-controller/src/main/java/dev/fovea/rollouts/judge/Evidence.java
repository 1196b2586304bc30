package dev.fovea.rollouts.judge;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the judge remembers of a rollout; a value, kept whole after each window.
 *
 * @param lastWindow the id of the newest window in it, 0 at the beginning
 * @param canaryAnswers how many requests the canary has had
 * @param reference the stable's latencies until the threshold is fixed
 * @param slowAbove the latency bucket above which an answer is slow, once it is fixed
 * @param copies what became of all requests that were copied; absent in what was kept before there
 *     were shadows
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
    Copies copies,
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
          Copies.NONE,
          Optional.empty());

  public Evidence(
      long lastWindow,
      long canaryAnswers,
      Guard errors,
      Guard slow,
      Guard unsure,
      Latencies reference,
      Optional<Integer> slowAbove,
      @Nullable Copies copies,
      Optional<String> broken) {
    this.lastWindow = lastWindow;
    this.canaryAnswers = canaryAnswers;
    this.errors = errors;
    this.slow = slow;
    this.unsure = unsure;
    this.reference = reference;
    this.slowAbove = slowAbove;
    this.copies = copies == null ? Copies.NONE : copies;
    this.broken = broken;
  }
}

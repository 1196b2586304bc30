package dev.fovea.registry;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One point that a sweep tries.
 *
 * @param number from 0
 * @param params as a script knows them, by name
 * @param value what it came to; present where it is complete
 * @param latency in milliseconds; present where it is complete and latency is an objective
 * @param last its report of the largest step
 * @param attempt from 1; a trial whose worker was lost is given again
 * @param run MLflow's run of it
 * @param leaseEnds until when its worker has it, unless a report comes before
 * @param late whether that is over; another worker gets the trial then
 * @param note why it failed, for people; empty where there is nothing to say
 */
public record SweepTrial(
    int number,
    State state,
    Map<String, String> params,
    Optional<Double> value,
    Optional<Double> latency,
    Optional<Reported> last,
    int attempt,
    String run,
    String worker,
    Instant leaseEnds,
    boolean late,
    String note) {
  /** Where a trial stands. */
  public enum State {
    /** A worker is at it. */
    RUNNING,
    /** It ended with a value. */
    COMPLETE,
    /** It was stopped before its end. */
    PRUNED,
    /** It ended without a value, or nobody heard of it again. */
    FAILED
  }

  /** A value on a trial's way; may be NaN or infinite. */
  public record Reported(long step, double value) {}
}

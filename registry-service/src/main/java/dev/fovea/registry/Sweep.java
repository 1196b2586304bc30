package dev.fovea.registry;

import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A search over hyperparameters.
 *
 * @param experiment MLflow's, where its runs are, by name
 * @param maximize whether greater values are better
 * @param method how points are chosen: {@code grid}, {@code random} or {@code tpe}
 * @param planned how many points are tried at most
 * @param trials how many are in each state; states without one are not there
 * @param best the best value of a complete trial
 * @param metric what values are taken from, where workers do not tell them
 * @param latency whether latency is an objective, too
 */
public record Sweep(
    Name name,
    String experiment,
    boolean maximize,
    String method,
    int planned,
    Map<SweepTrial.State, Integer> trials,
    Optional<Double> best,
    Optional<String> metric,
    boolean latency,
    Instant created,
    String createdBy) {
  /** How many trials were given to a worker, whatever became of them. */
  public int began() {
    return trials.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many trials are in a state. */
  public int in(SweepTrial.State state) {
    return trials.getOrDefault(state, 0);
  }
}

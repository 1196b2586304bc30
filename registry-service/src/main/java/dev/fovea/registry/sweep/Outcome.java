package dev.fovea.registry.sweep;

import dev.fovea.registry.sweep.trial.TrialState;
import java.util.OptionalDouble;

/**
 * How a trial ends.
 *
 * @param value present, and not NaN, where it is complete
 * @param latency in milliseconds, above 0; present where it is complete and latency is an objective
 * @param note why it failed, for people; empty where there is nothing to say
 */
record Outcome(TrialState state, OptionalDouble value, OptionalDouble latency, String note) {
  static Outcome complete(double value, OptionalDouble latency) {
    return new Outcome(TrialState.COMPLETE, OptionalDouble.of(value), latency, "");
  }

  static Outcome pruned() {
    return without(TrialState.PRUNED, "");
  }

  static Outcome failed(String note) {
    return without(TrialState.FAILED, note);
  }

  private static Outcome without(TrialState state, String note) {
    return new Outcome(state, OptionalDouble.empty(), OptionalDouble.empty(), note);
  }
}

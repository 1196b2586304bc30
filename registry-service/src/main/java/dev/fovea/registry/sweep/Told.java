package dev.fovea.registry.sweep;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.OptionalDouble;

/**
 * What a worker says of a trial's end.
 *
 * @param state any but RUNNING
 * @param value absent where it is not complete, or the plan takes it from a metric
 * @param latency in milliseconds; the same, and absent where it is no objective
 */
record Told(TrialState state, OptionalDouble value, OptionalDouble latency) {
  static Told of(Body body) {
    var state = body.one("state", TrialState.class);
    if (state == TrialState.RUNNING) {
      throw body.refusal("state", "complete, pruned or failed");
    }
    if (state != TrialState.COMPLETE) {
      for (var field : new String[] {"value", "latency"}) {
        if (!body.isAbsent(field)) {
          throw body.refusal(field, "none, since the trial is not complete");
        }
      }
    }
    var value = number(body, "value");
    if (Double.isNaN(value.orElse(0))) {
      throw body.refusal("value", "a number; tell failed where there is none");
    }
    var latency = number(body, "latency");
    if (latency.isPresent() && !isLatency(latency.getAsDouble())) {
      throw body.refusal("latency", "milliseconds above 0; tell failed where there are none");
    }
    return new Told(state, value, latency);
  }

  /** Whether this can be a latency. */
  static boolean isLatency(double millis) {
    return millis > 0 && Double.isFinite(millis);
  }

  /**
   * Refuses what the plan takes from elsewhere, and misses what it does not.
   *
   * @throws InvalidRequest naming the field
   */
  void check(Objectives objectives) {
    if (state != TrialState.COMPLETE) {
      return;
    }
    check(
        "value",
        value,
        true,
        objectives.value().map(Objectives.Source::metric).orElse(""),
        "a number, \"Infinity\" or \"-Infinity\"");
    check(
        "latency",
        latency,
        objectives.latency().isPresent(),
        objectives.latency().flatMap(Objectives.Latency::metric).orElse(""),
        "milliseconds above 0");
  }

  private static void check(
      String field, OptionalDouble told, boolean isObjective, String metric, String expected) {
    if (isObjective && metric.isEmpty() && told.isEmpty()) {
      throw new InvalidRequest("%s: absent (expected: %s)".formatted(field, expected), "tell it");
    }
    if (told.isPresent() && !(isObjective && metric.isEmpty())) {
      throw new InvalidRequest(
          "%s: %s (expected: none, since %s)"
              .formatted(
                  field,
                  told.getAsDouble(),
                  isObjective
                      ? "the plan takes it from metric '%s' of the run".formatted(metric)
                      : "it is no objective of the plan"),
          "leave it out");
    }
  }

  private static OptionalDouble number(Body body, String field) {
    return body.isAbsent(field) ? OptionalDouble.empty() : OptionalDouble.of(body.number(field));
  }
}

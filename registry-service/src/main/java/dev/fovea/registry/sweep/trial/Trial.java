package dev.fovea.registry.sweep.trial;

import dev.fovea.registry.sweep.space.Point;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a sampler learns of a trial.
 *
 * @param number from 0, in the order in which trials were asked for
 * @param point what it tries
 * @param value what it came to; present, and not NaN, where it is complete
 * @param latency in milliseconds, above 0; present where it is complete and latency is an objective
 * @param last its report of the largest step
 */
public record Trial(
    int number,
    Point point,
    TrialState state,
    OptionalDouble value,
    OptionalDouble latency,
    Optional<Report> last) {
  public Trial {
    if (number < 0) {
      throw new IllegalArgumentException("trial number: %d (expected: >= 0)".formatted(number));
    }
    boolean hasValue = value.isPresent() && !Double.isNaN(value.getAsDouble());
    if (state == TrialState.COMPLETE && !hasValue) {
      throw new IllegalArgumentException(
          "trial %d: complete with value %s (expected: a number)".formatted(number, value));
    }
  }

  /** One of a sweep with a single objective. */
  public Trial(
      int number, Point point, TrialState state, OptionalDouble value, Optional<Report> last) {
    this(number, point, state, value, OptionalDouble.empty(), last);
  }

  /** Whether it taught something of its point: it is complete, or was pruned. */
  public boolean isLearnt() {
    return state == TrialState.COMPLETE || state == TrialState.PRUNED;
  }
}

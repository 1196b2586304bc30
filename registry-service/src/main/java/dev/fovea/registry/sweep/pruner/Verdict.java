package dev.fovea.registry.sweep.pruner;

import java.util.OptionalLong;

/**
 * Whether a trial goes on, and what the sweep has to remember of it.
 *
 * @param stop whether it ends here
 * @param rungs how many rungs the trial has completed now; those that are new with the value of its
 *     last report
 * @param minResource the sweep's least resource, where this verdict settled it
 */
public record Verdict(boolean stop, int rungs, OptionalLong minResource) {
  /** One after which nothing is new but the decision. */
  static Verdict of(Curve trial, boolean stop) {
    return new Verdict(stop, trial.rungs(), OptionalLong.empty());
  }
}

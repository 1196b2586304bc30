package dev.fovea.registry.sweep.pruner;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.registry.sweep.trial.Goal;
import java.util.OptionalLong;

/**
 * Asynchronous successive halving (ASHA): at each rung, whose steps grow by the reduction factor, a
 * trial goes on where it is among the best of those that have come as far. No trial waits for
 * another.
 *
 * <p>Sources: L. Li, K. Jamieson, A. Rostamizadeh and others, A System for Massively Parallel
 * Hyperparameter Tuning, MLSys 2020; and the behaviour of {@code
 * optuna.pruners.SuccessiveHalvingPruner} 5.0.0, to which its decisions are equal.
 */
public final class SuccessiveHalving implements Pruner {
  private static final int AUTO_RUNGS = 100;
  private static final int MOST_RATE = 62;

  private final Goal goal;
  private final OptionalLong minResource;
  private final int reductionFactor;
  private final int minEarlyStoppingRate;
  private final int bootstrapCount;

  /**
   * @param minResource the step of the first rung, where the early stopping rate is 0; empty for a
   *     hundredth of what the first complete trials needed
   * @param reductionFactor one of so many goes on; from 2 to 1,000
   * @param minEarlyStoppingRate how many rungs are left out at the beginning; from 0 to 62
   * @param bootstrapCount how many trials must have completed a rung before one goes on from it; 0
   *     where {@code minResource} is empty
   */
  public SuccessiveHalving(
      Goal goal,
      OptionalLong minResource,
      int reductionFactor,
      int minEarlyStoppingRate,
      int bootstrapCount) {
    Bounds.check("min_resource", minResource.orElse(1), 1, Bounds.MOST_STEP);
    Bounds.check("reduction_factor", reductionFactor, 2, 1_000);
    Bounds.check("min_early_stopping_rate", minEarlyStoppingRate, 0, MOST_RATE);
    Bounds.check("bootstrap_count", bootstrapCount, 0, 1_000_000);
    if (bootstrapCount > 0 && minResource.isEmpty()) {
      throw new InvalidRequest(
          "bootstrap_count: %d with an automatic min_resource (expected: 0)"
              .formatted(bootstrapCount),
          "give min_resource, since no trial completes before it is known otherwise");
    }
    this.goal = goal;
    this.minResource = minResource;
    this.reductionFactor = reductionFactor;
    this.minEarlyStoppingRate = minEarlyStoppingRate;
    this.bootstrapCount = bootstrapCount;
  }

  @Override
  public Verdict judge(Curve trial, Standings others) {
    var last = trial.last();
    if (last.isEmpty()) {
      return Verdict.of(trial, false);
    }
    var settled = minResource.isPresent() ? minResource : others.minResource();
    var estimated = settled.isPresent() ? OptionalLong.empty() : estimate(others);
    if (settled.isEmpty() && estimated.isEmpty()) {
      return Verdict.of(trial, false);
    }
    long resource = settled.orElseGet(estimated::orElseThrow);
    int rung = trial.rungs();
    while (last.get().step() >= step(resource, rung)) {
      if (Double.isNaN(last.get().value())) {
        return new Verdict(true, rung, estimated);
      }
      boolean goesOn = goesOn(others.rung(rung, goal.loss(last.get().value())));
      rung++;
      if (!goesOn) {
        return new Verdict(true, rung, estimated);
      }
    }
    return new Verdict(false, rung, estimated);
  }

  /** The first of so few that none could go on by right goes on where it is the best of them. */
  private boolean goesOn(Standings.Rung rung) {
    long competing = rung.size() + 1;
    return competing > bootstrapCount && rung.better() < Math.max(1, competing / reductionFactor);
  }

  /** The step at which a rung is complete; out of reach rather than beyond what a long holds. */
  private long step(long resource, int rung) {
    long step = resource;
    for (int i = 0; i < minEarlyStoppingRate + rung; i++) {
      if (step > Long.MAX_VALUE / reductionFactor) {
        return Long.MAX_VALUE;
      }
      step *= reductionFactor;
    }
    return step;
  }

  private static OptionalLong estimate(Standings others) {
    var furthest = others.furthestCompleted();
    return furthest.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(furthest.getAsLong() / AUTO_RUNGS, 1));
  }
}

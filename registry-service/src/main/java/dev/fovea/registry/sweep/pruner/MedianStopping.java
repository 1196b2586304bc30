package dev.fovea.registry.sweep.pruner;

import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * The median stopping rule: a trial ends where its best value so far is worse than the median of
 * what complete trials reported for the same step.
 *
 * <p>Sources: D. Golovin and others, Google Vizier: A Service for Black-Box Optimization, KDD 2017;
 * and the behaviour of {@code optuna.pruners.MedianPruner} 5.0.0, to which its decisions are equal.
 */
public final class MedianStopping implements Pruner {
  private final Goal goal;
  private final int startupTrials;
  private final long warmupSteps;
  private final long intervalSteps;
  private final int minTrials;

  /**
   * @param startupTrials how many trials must be complete before one is stopped; at least 0
   * @param warmupSteps the first step at which a trial may be stopped; at least 0
   * @param intervalSteps steps between judgements, counted from there; at least 1
   * @param minTrials how many complete trials must have reported a step; at least 1
   */
  public MedianStopping(
      Goal goal, int startupTrials, long warmupSteps, long intervalSteps, int minTrials) {
    Bounds.check("startup_trials", startupTrials, 0, 1_000_000);
    Bounds.check("warmup_steps", warmupSteps, 0, Bounds.MOST_STEP);
    Bounds.check("interval_steps", intervalSteps, 1, Bounds.MOST_STEP);
    Bounds.check("min_trials", minTrials, 1, 1_000_000);
    this.goal = goal;
    this.startupTrials = startupTrials;
    this.warmupSteps = warmupSteps;
    this.intervalSteps = intervalSteps;
    this.minTrials = minTrials;
  }

  @Override
  public Verdict judge(Curve trial, Standings others) {
    return Verdict.of(
        trial,
        trial.last().filter(last -> isDue(last, trial.lastButOne())).isPresent()
            && stops(trial, others));
  }

  /** Once in each interval, at the first report in it. */
  private boolean isDue(Report last, Optional<Report> before) {
    if (last.step() < warmupSteps) {
      return false;
    }
    long begin = (last.step() - warmupSteps) / intervalSteps * intervalSteps + warmupSteps;
    return before.map(Report::step).orElse(-1L) < begin;
  }

  private boolean stops(Curve trial, Standings others) {
    if (others.completed() < Math.max(1, startupTrials)) {
      return false;
    }
    var reported = numbers(trial.reports().stream().mapToDouble(Report::value));
    if (reported.length == 0) {
      return true;
    }
    var values = others.completedAt(trial.last().orElseThrow().step());
    if (values.length < minTrials) {
      return false;
    }
    double median = median(numbers(Arrays.stream(values)));
    return switch (goal) {
      case MINIMIZE -> reported[0] > median;
      case MAXIMIZE -> reported[reported.length - 1] < median;
    };
  }

  /** Ascending. */
  private static double[] numbers(DoubleStream values) {
    return values.filter(value -> !Double.isNaN(value)).sorted().toArray();
  }

  /**
   * As NumPy interpolates it: NaN, against which nothing is worse, where there is no number, and
   * where the median or the value above it is infinite.
   */
  private static double median(double[] ascending) {
    int count = ascending.length;
    if (count == 0) {
      return Double.NaN;
    }
    double low = ascending[(count - 1) / 2];
    double high = ascending[Math.min((count + 1) / 2, count - 1)];
    return count % 2 == 0 ? high - (high - low) * 0.5 : low + (high - low) * 0.0;
  }
}

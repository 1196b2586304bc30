package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * For two objectives, a value and a latency: the Parzen estimator over one number a trial, which
 * weighs the two anew for each new trial, so that trials spread along the front. With both scaled
 * to 0..1 over the complete trials, latency by its logarithm, and a weight {@code w} drawn evenly,
 * that number is {@code max(w·v, (1−w)·l) + 0.05 (w·v + (1−w)·l)}, the augmented Chebyshev
 * distance, whose minima reach every part of a front, concave ones too.
 *
 * <p>Source: J. Knowles, ParEGO: A Hybrid Algorithm with On-Line Landscape Approximation for
 * Expensive Multiobjective Optimization Problems, IEEE Transactions on Evolutionary Computation
 * 10(1), 2006; with this estimator in place of its Gaussian process. It is not Optuna's rule for
 * several objectives.
 */
public final class FrontSampler implements Sampler {
  private static final double AUGMENTED = 0.05;

  /** Weights come from other dice than points. */
  private static final long WEIGHTS = 0x5EED_F207;

  private final Goal goal;
  private final long seed;
  private final TpeSampler points;

  /**
   * @param goal of the value; of latencies, the fewer milliseconds the better
   * @param seed by which the same trials come again
   */
  public FrontSampler(SearchSpace space, Goal goal, long seed) {
    this.goal = goal;
    this.seed = seed;
    this.points = new TpeSampler(space, Goal.MINIMIZE, seed);
  }

  @Override
  public Optional<Point> next(int number, List<Trial> history) {
    double weight = Dice.of(seed ^ WEIGHTS, number).next();
    var others = history.stream().filter(trial -> trial.number() != number).toList();
    var values = Range.of(others, this::loss);
    var latencies = Range.of(others, FrontSampler::logLatency);
    return points.next(
        number,
        others.stream()
            .map(trial -> {
              double value = weight * values.share(loss(trial));
              double latency = (1 - weight) * latencies.share(logLatency(trial));
              return weighed(trial, Math.max(value, latency) + AUGMENTED * (value + latency));
            })
            .toList());
  }

  private Trial weighed(Trial trial, double both) {
    return new Trial(
        trial.number(),
        trial.point(),
        trial.state(),
        trial.state() == TrialState.COMPLETE ? OptionalDouble.of(both) : OptionalDouble.empty(),
        trial.latency(),
        trial.last().map(last -> new Report(last.step(), goal.loss(last.value()))));
  }

  private double loss(Trial trial) {
    return goal.loss(trial.value().orElse(Double.NaN));
  }

  private static double logLatency(Trial trial) {
    return Math.log(trial.latency().orElse(Double.POSITIVE_INFINITY));
  }

  /** From the least to the greatest finite number of complete trials. */
  private record Range(double least, double greatest) {
    static Range of(List<Trial> trials, ToDoubleFunction<Trial> number) {
      DoubleSummaryStatistics finite =
          trials.stream()
              .filter(trial -> trial.state() == TrialState.COMPLETE)
              .mapToDouble(number)
              .filter(Double::isFinite)
              .summaryStatistics();
      return new Range(finite.getMin(), finite.getMax());
    }

    /** From 0 to 1; infinities beyond the worst, or with the best. */
    double share(double number) {
      if (!Double.isFinite(number)) {
        return number < 0 ? 0 : 2;
      }
      double half = greatest / 2 - least / 2;
      return half > 0 ? (number / 2 - least / 2) / half : 0;
    }
  }
}

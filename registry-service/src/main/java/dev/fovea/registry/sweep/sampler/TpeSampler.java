package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.space.SearchSpace;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Trial;
import java.util.List;
import java.util.Optional;

/**
 * The tree-structured Parzen estimator, as Optuna 5.0 has it by default: over all parameters
 * together, with the constant liar for trials that run beside each other. Of 24 points that the
 * good trials' density {@code l} gives, it tries the one where {@code l/g} is largest, {@code g}
 * being the other trials' density. The first 10 trials are random.
 *
 * <p>Sources: J. Bergstra, R. Bardenet, Y. Bengio and B. Kégl, Algorithms for Hyper-Parameter
 * Optimization, NIPS 2011; S. Watanabe, Tree-Structured Parzen Estimator: Understanding Its
 * Algorithm Components and Their Roles for Better Empirical Performance, arXiv 2304.11127, 2023;
 * and the behaviour of {@code optuna.samplers.TPESampler} 5.0.0.
 */
public final class TpeSampler implements Sampler {
  private static final int RANDOM_TRIALS = 10;
  private static final int CANDIDATES = 24;

  private final SearchSpace space;
  private final Goal goal;
  private final long seed;
  private final RandomSampler random;

  /**
   * @param seed by which the same trials come again
   */
  public TpeSampler(SearchSpace space, Goal goal, long seed) {
    this.space = space;
    this.goal = goal;
    this.seed = seed;
    this.random = new RandomSampler(space, seed);
  }

  @Override
  public Optional<Point> next(int number, List<Trial> history) {
    if (history.stream().filter(Trial::isLearnt).count() < RANDOM_TRIALS) {
      return random.next(number, history);
    }
    var ranking =
        Ranking.of(history.stream().filter(trial -> trial.number() != number).toList(), goal);
    var good = new ParzenEstimator(space.parameters(), ranking.good());
    var rest = new ParzenEstimator(space.parameters(), ranking.rest());
    var dice = Dice.of(seed, number);
    var best = good.draw(dice);
    double bestGain = gain(good, rest, best);
    for (int i = 1; i < CANDIDATES; i++) {
      var candidate = good.draw(dice);
      double gain = gain(good, rest, candidate);
      if (gain > bestGain) {
        best = candidate;
        bestGain = gain;
      }
    }
    return Optional.of(new Point(best));
  }

  private static double gain(ParzenEstimator good, ParzenEstimator rest, double[] candidate) {
    return good.logDensity(candidate) - rest.logDensity(candidate);
  }
}

package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.ChoiceParameter;
import dev.fovea.registry.sweep.space.Parameter;
import dev.fovea.registry.sweep.trial.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A density over all parameters together: a mixture of one kernel for each trial, which is a
 * product over the parameters, and of a wide prior. The newest 25 trials weigh 1, older ones less
 * the older they are.
 */
final class ParzenEstimator {
  private static final int FULL_WEIGHTS = 25;

  private final double[] weights;
  private final double[] logWeights;
  private final List<Kernels> kernels;

  /**
   * @param trials by number
   */
  ParzenEstimator(List<Parameter> parameters, List<Trial> trials) {
    this.weights = weights(trials.size());
    this.logWeights = Arrays.stream(weights).map(StrictMath::log).toArray();
    this.kernels =
        IntStream.range(0, parameters.size())
            .mapToObj(i ->
                kernels(
                    parameters.get(i),
                    trials.stream().mapToDouble(trial -> trial.point().at(i)).toArray()))
            .toList();
  }

  /** Draws a value of each parameter. */
  double[] draw(Dice dice) {
    int kernel = kernel(dice.next());
    return kernels.stream().mapToDouble(one -> one.draw(kernel, dice)).toArray();
  }

  /** The logarithm of the density at these values. */
  double logDensity(double[] values) {
    var logs = logWeights.clone();
    for (int i = 0; i < values.length; i++) {
      kernels.get(i).addLogDensities(values[i], logs);
    }
    double most = Arrays.stream(logs).max().orElseThrow();
    if (most == Double.NEGATIVE_INFINITY) {
      return most;
    }
    double sum = 0;
    for (double log : logs) {
      sum += StrictMath.exp(log - most);
    }
    return most + StrictMath.log(sum);
  }

  private int kernel(double chance) {
    double rest = chance;
    for (int i = 0; i < weights.length - 1; i++) {
      rest -= weights[i];
      if (rest < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  private static Kernels kernels(Parameter parameter, double[] observed) {
    if (parameter.isFixed()) {
      return new FixedKernels(parameter.anyValue());
    }
    return parameter instanceof ChoiceParameter choice
        ? new ChoiceKernels(observed, choice.choices().size())
        : new NumericKernels(parameter, observed);
  }

  /** Those of the trials, rising from 1/n to 1, and last the prior's; together 1. */
  private static double[] weights(int trials) {
    var weights = new double[trials + 1];
    Arrays.fill(weights, 1);
    int ramp = trials - FULL_WEIGHTS;
    double first = 1.0 / trials;
    for (int i = 0; i < ramp; i++) {
      weights[i] = ramp == 1 ? first : first + i * (1 - first) / (ramp - 1);
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }
}

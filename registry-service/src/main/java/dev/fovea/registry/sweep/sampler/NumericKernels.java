package dev.fovea.registry.sweep.sampler;

import dev.fovea.registry.sweep.space.Parameter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Normal distributions that end at the parameter's bounds, each as wide as the distance to the
 * farther of its neighbours; on a logarithmic scale where the parameter is. Where it has steps, a
 * value's weight is what lies nearer to it than to others.
 */
final class NumericKernels implements Kernels {
  private static final double MOST_KERNELS_PER_WIDTH = 100;

  private final Scale scale;
  private final double[] means;
  private final double[] deviations;
  private final double[] logNorms;

  NumericKernels(Parameter parameter, double[] observed) {
    this.scale = Scale.of(parameter);
    int count = observed.length + 1;
    this.means = Arrays.copyOf(Arrays.stream(observed).map(scale::of).toArray(), count);
    means[count - 1] = 0.5 * (scale.low() + scale.high());
    this.deviations = Arrays.copyOf(deviations(Arrays.copyOf(means, count - 1)), count);
    deviations[count - 1] = scale.high() - scale.low();
    this.logNorms =
        IntStream.range(0, count)
            .mapToDouble(i ->
                Normal.logMass(standard(i, scale.low()), standard(i, scale.high()))
                    + (scale.step() == 0 ? StrictMath.log(deviations[i]) : 0))
            .toArray();
  }

  @Override
  public double draw(int kernel, Dice dice) {
    double drawn =
        Normal.between(standard(kernel, scale.low()), standard(kernel, scale.high()), dice.next());
    return scale.nearest(means[kernel] + drawn * deviations[kernel]);
  }

  @Override
  public void addLogDensities(double value, double[] logs) {
    if (scale.step() == 0) {
      double at = scale.of(value);
      for (int i = 0; i < means.length; i++) {
        logs[i] += Normal.logDensity(standard(i, at)) - logNorms[i];
      }
    } else {
      double from = scale.of(value - scale.step() / 2);
      double to = scale.of(value + scale.step() / 2);
      for (int i = 0; i < means.length; i++) {
        logs[i] += Normal.logMass(standard(i, from), standard(i, to)) - logNorms[i];
      }
    }
  }

  private double standard(int kernel, double at) {
    return (at - means[kernel]) / deviations[kernel];
  }

  /**
   * To the farther of the two neighbours. The bounds are neighbours too, but where there are two
   * observations or more, the outermost look inwards only.
   */
  private double[] deviations(double[] observed) {
    int count = observed.length;
    var order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> observed[i]))
            .mapToInt(i -> i)
            .toArray();
    double widest = scale.high() - scale.low();
    double narrowest = widest / Math.min(MOST_KERNELS_PER_WIDTH, count + 2.0);
    var deviations = new double[count];
    for (int i = 0; i < count; i++) {
      double at = observed[order[i]];
      double before = i == 0 ? scale.low() : observed[order[i - 1]];
      double after = i == count - 1 ? scale.high() : observed[order[i + 1]];
      double distance;
      if (count > 1 && i == 0) {
        distance = after - at;
      } else if (count > 1 && i == count - 1) {
        distance = at - before;
      } else {
        distance = Math.max(at - before, after - at);
      }
      deviations[order[i]] = Math.clamp(distance, narrowest, widest);
    }
    return deviations;
  }
}

package dev.fovea.pipelines.gate;

import dev.fovea.vision.metrics.bootstrap.Resampled;
import java.util.Arrays;
import java.util.List;

/**
 * The largest mean cost of several askings about the same images.
 *
 * @param costs of each asking, what the answer to each image costs, not negative
 */
record MeanCost(List<double[]> costs) implements Resampled {
  @Override
  public int images() {
    return costs.getFirst().length;
  }

  @Override
  public double least() {
    return 0;
  }

  @Override
  public double most() {
    return costs.stream().flatMapToDouble(Arrays::stream).max().orElse(0);
  }

  /** Costs are not compared with others here. */
  @Override
  public boolean sameTruths(Resampled other) {
    return equals(other);
  }

  @Override
  public Player player() {
    return weights -> costs.stream().mapToDouble(each -> mean(each, weights)).max().orElseThrow();
  }

  private static double mean(double[] costs, int[] weights) {
    double sum = 0;
    long total = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * costs[i];
      total += weights[i];
    }
    return sum / total;
  }
}

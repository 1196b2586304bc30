package dev.fovea.pipelines.gate;

import dev.fovea.vision.metrics.bootstrap.Resampled;
import java.util.List;

/**
 * The least share of right answers of several askings about the same images.
 *
 * @param right of each asking, whether the answer to each image was right
 */
record LeastShare(List<boolean[]> right) implements Resampled {
  @Override
  public int images() {
    return right.getFirst().length;
  }

  @Override
  public double least() {
    return 0;
  }

  @Override
  public double most() {
    return 1;
  }

  /** Shares are not compared with others here. */
  @Override
  public boolean sameTruths(Resampled other) {
    return equals(other);
  }

  @Override
  public Player player() {
    return weights -> right.stream().mapToDouble(each -> share(each, weights)).min().orElseThrow();
  }

  private static double share(boolean[] right, int[] weights) {
    long hits = 0;
    long total = 0;
    for (int i = 0; i < weights.length; i++) {
      total += weights[i];
      hits += right[i] ? weights[i] : 0;
    }
    return hits / (double) total;
  }
}

package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.Optional;

/**
 * What a classifier said to one image.
 *
 * @param path the image's path in its dataset
 * @param label what it shows
 * @param answer the class of the largest output; empty where an output was not finite
 * @param confidence the softmax of that output, 0 to 1
 */
public record Scored(
    Digest image,
    String path,
    String label,
    Optional<String> slice,
    String answer,
    double confidence)
    implements Answer {
  /** Whether it said what the image shows. */
  public boolean right() {
    return answer.equals(label);
  }

  @Override
  public boolean fits(Shard shard, Sample sample) {
    return shard.detector().isEmpty()
        && image.equals(sample.image())
        && path.equals(sample.path())
        && label.equals(sample.label())
        && slice.equals(sample.slice());
  }
}

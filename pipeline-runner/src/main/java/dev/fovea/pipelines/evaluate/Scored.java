package dev.fovea.pipelines.evaluate;

import dev.fovea.kernel.Digest;
import java.util.Optional;

/**
 * What a variant said to one image.
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
    double confidence) {
  /** Whether it said what the image shows. */
  public boolean right() {
    return answer.equals(label);
  }
}

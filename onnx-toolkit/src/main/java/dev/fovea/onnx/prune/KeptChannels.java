package dev.fovea.onnx.prune;

import java.util.stream.IntStream;

/** Which channels of a tensor of the whole model are in the pruned one's. */
@FunctionalInterface
public interface KeptChannels {
  /**
   * Their places in the whole model's tensor, rising.
   *
   * @param tensor name
   * @param channels how many the whole model's has
   */
  int[] of(String tensor, int channels);

  /** All of them everywhere. */
  static KeptChannels all() {
    return (_, channels) -> IntStream.range(0, channels).toArray();
  }
}

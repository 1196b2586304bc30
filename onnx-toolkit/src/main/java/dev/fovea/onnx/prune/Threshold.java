package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Tensor;
import java.util.List;

/**
 * Below which size weights go. The bits of floats without a sign rise with their values, so that
 * two passes of counting find the place exactly, in memory that does not grow with the model.
 *
 * @param size the bits of the smallest absolute value that stays, but for so many
 * @param ties how many of exactly this size go
 */
record Threshold(int size, long ties) {
  private static final int LOW_BITS = 16;

  /** The bits of an absolute value; they rise with it. */
  static int size(float value) {
    return Float.floatToRawIntBits(value) & Integer.MAX_VALUE;
  }

  /**
   * By which exactly so many go.
   *
   * @param wanted 0 to the number of weights
   * @throws NotPrunable where a weight is not finite
   */
  static Threshold of(List<Tensor> weights, long wanted) {
    var high = new long[1 << (Integer.SIZE - 1 - LOW_BITS)];
    for (var tensor : weights) {
      for (float value : Filters.finite(tensor)) {
        high[size(value) >>> LOW_BITS]++;
      }
    }
    long left = wanted;
    int top = 0;
    while (top < high.length - 1 && high[top] <= left) {
      left -= high[top++];
    }
    var low = new long[1 << LOW_BITS];
    for (var tensor : weights) {
      for (float value : tensor.floats()) {
        if (size(value) >>> LOW_BITS == top) {
          low[size(value) & (low.length - 1)]++;
        }
      }
    }
    int rest = 0;
    while (rest < low.length - 1 && low[rest] <= left) {
      left -= low[rest++];
    }
    return new Threshold((top << LOW_BITS) | rest, left);
  }
}

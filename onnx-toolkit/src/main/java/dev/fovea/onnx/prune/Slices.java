package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;

/** Parts of constants. */
final class Slices {
  private static final int BITS = 8;

  private Slices() {}

  /**
   * Only some places of an axis, in their order.
   *
   * @param kept of the channels along the axis, rising
   * @param run how many places a channel takes
   */
  static Tensor keep(Tensor tensor, int axis, int[] kept, int run) {
    int width = tensor.type().bits() / BITS;
    if (width == 0) {
      throw new IllegalArgumentException(
          "constant '%s': %s (expected: elements of whole bytes)"
              .formatted(tensor.name(), tensor.type()));
    }
    int chunk = Math.multiplyExact(Filters.inner(tensor, axis) * run, width);
    int block = Math.multiplyExact(chunk, Math.toIntExact(tensor.shape().get(axis) / run));
    var from = tensor.bytes();
    int blocks = block == 0 ? 0 : from.length / block;
    var to = ByteBuffer.allocate(blocks * kept.length * chunk).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < blocks; i++) {
      for (int channel : kept) {
        to.put(from, i * block + channel * chunk, chunk);
      }
    }
    var shape = new ArrayList<>(tensor.shape());
    shape.set(axis, (long) kept.length * run);
    return new Tensor(tensor.name(), tensor.type(), shape, to.flip());
  }
}

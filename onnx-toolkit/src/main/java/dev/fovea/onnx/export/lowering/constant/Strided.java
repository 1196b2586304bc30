package dev.fovea.onnx.export.lowering.constant;

import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A constant seen by strides, so that permuting, slicing and repeating are one copy at the end.
 *
 * @param strides in elements; negative for reversed axes, 0 for repeated ones
 * @param offset of the first element
 */
record Strided(Tensor tensor, List<Long> shape, List<Long> strides, long offset) {

  static Strided of(Tensor tensor) {
    return new Strided(tensor, tensor.shape(), TensorMeta.rowMajor(tensor.shape()), 0);
  }

  Strided permuted(List<Long> order) {
    if (order.size() != shape.size() || order.stream().distinct().count() != shape.size()) {
      throw new IllegalArgumentException("order %s of %s".formatted(order, shape));
    }
    return new Strided(
        tensor,
        order.stream().map(axis -> shape.get(axis.intValue())).toList(),
        order.stream().map(axis -> strides.get(axis.intValue())).toList(),
        offset);
  }

  /** Every {@code step}th element of an axis, with ONNX's rules for ends outside of it. */
  Strided sliced(int axis, long start, long end, long step) {
    long size = shape.get(axis);
    long lowest = step > 0 ? 0 : -1;
    long highest = step > 0 ? size : size - 1;
    long from = Math.clamp(start < 0 ? start + size : start, Math.max(lowest, 0), highest);
    long to = Math.clamp(end < 0 && end > Long.MIN_VALUE / 2 ? end + size : end, lowest, highest);
    long count = Math.max(0, Math.ceilDiv(to - from, step));
    var sizes = new ArrayList<>(shape);
    var steps = new ArrayList<>(strides);
    sizes.set(axis, count);
    steps.set(axis, strides.get(axis) * step);
    return new Strided(tensor, sizes, steps, offset + (count == 0 ? 0 : from * strides.get(axis)));
  }

  /** Axes of size 1, and missing ones in front, repeated. */
  Strided broadcast(List<Long> wanted) {
    var steps = new ArrayList<Long>();
    for (int axis = 0; axis < wanted.size(); axis++) {
      int own = axis - wanted.size() + shape.size();
      boolean repeated = own < 0 || shape.get(own) == 1;
      if (!repeated && !shape.get(own).equals(wanted.get(axis))) {
        throw new IllegalArgumentException("shape %s as %s".formatted(shape, wanted));
      }
      steps.add(repeated ? 0L : strides.get(own));
    }
    return new Strided(tensor, List.copyOf(wanted), steps, offset);
  }

  /** Where the elements lie in the tensor, in C order. */
  int[] positions() {
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    var positions = new int[elements];
    var index = new long[shape.size()];
    long position = offset;
    for (int i = 0; i < elements; i++) {
      positions[i] = Math.toIntExact(position);
      for (int axis = index.length - 1; axis >= 0; axis--) {
        position += strides.get(axis);
        if (++index[axis] < shape.get(axis)) {
          break;
        }
        position -= strides.get(axis) * index[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }

  Tensor gather() {
    int width = tensor.type().bits() / 8;
    var positions = positions();
    var from = tensor.data();
    var to = ByteBuffer.allocate(Math.multiplyExact(positions.length, width));
    for (int i = 0; i < positions.length; i++) {
      to.put(i * width, from, positions[i] * width, width);
    }
    return new Tensor("", tensor.type(), shape, to);
  }

  /** Tensors joined along an axis. */
  static Tensor concat(List<Tensor> parts, List<Long> shape, int axis) {
    int width = parts.getFirst().type().bits() / 8;
    int rows = product(shape.subList(0, axis));
    var to = ByteBuffer.allocate(Math.multiplyExact(product(shape), width));
    for (int row = 0; row < rows; row++) {
      for (var part : parts) {
        int length = part.data().remaining() / rows;
        to.put(part.data().slice(row * length, length));
      }
    }
    if (to.hasRemaining()) {
      throw new IllegalArgumentException("parts of other sizes than %s".formatted(shape));
    }
    return new Tensor("", parts.getFirst().type(), shape, to.flip());
  }

  /** The slices of an axis that an index names; negative ones count from the end. */
  static Tensor take(Tensor tensor, long[] index, int axis, List<Long> shape) {
    int width = tensor.type().bits() / 8;
    int size = Math.toIntExact(tensor.shape().get(axis));
    int rows = product(tensor.shape().subList(0, axis));
    int length = width * product(tensor.shape().subList(axis + 1, tensor.shape().size()));
    var from = tensor.data();
    var to = ByteBuffer.allocate(Math.multiplyExact(product(shape), width));
    for (int row = 0; row < rows; row++) {
      for (long each : index) {
        int at = Math.toIntExact(each < 0 ? each + size : each);
        if (at < 0 || at >= size) {
          throw new IndexOutOfBoundsException("index %d of %d".formatted(each, size));
        }
        to.put(from.slice((row * size + at) * length, length));
      }
    }
    return new Tensor("", tensor.type(), shape, to.flip());
  }

  private static int product(List<Long> sizes) {
    return Math.toIntExact(sizes.stream().reduce(1L, Math::multiplyExact));
  }
}

package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tensor as PyTorch stores it: a window on a storage with strides, of which one storage may have
 * many. All arithmetic is checked before anything is allocated.
 *
 * @param itemBytes bytes an element takes
 * @param offset of the first element, in elements
 * @param strides in elements
 * @param elements product of the shape
 */
record StridedTensor(
    TensorMeta meta,
    List<Long> shape,
    List<Long> strides,
    long offset,
    int itemBytes,
    long elements) {

  /**
   * @throws UnreadablePt2 if a number is negative, depends on inputs, or the product overflows
   */
  static StridedTensor of(String name, TensorMeta meta) {
    var shape = known(name, meta.sizes());
    var strides = known(name, meta.strides());
    long offset = known(name, List.of(meta.offset())).getFirst();
    try {
      long elements = 1;
      for (long size : shape) {
        elements = Math.multiplyExact(elements, size);
      }
      int itemBytes = meta.type().itemBytes();
      Math.multiplyExact(elements, itemBytes);
      return new StridedTensor(meta, shape, strides, offset, itemBytes, elements);
    } catch (ArithmeticException _) {
      throw UnreadablePt2.tensor("'%s': shape %s exceeds 2^63 bytes", Text.excerpt(name), shape);
    }
  }

  long bytes() {
    return elements * itemBytes;
  }

  /**
   * @throws UnreadablePt2 if the window leaves a storage of that many bytes
   */
  void requireWithin(String name, long storageBytes) {
    try {
      long last = offset;
      for (int axis = 0; axis < shape.size(); axis++) {
        last = Math.addExact(last, Math.multiplyExact(shape.get(axis) - 1, strides.get(axis)));
      }
      if (storageBytes % itemBytes == 0 && (elements == 0 || last < storageBytes / itemBytes)) {
        return;
      }
    } catch (ArithmeticException _) {
      // An overflowing position is outside of every storage.
    }
    throw UnreadablePt2.tensor(
        "'%s': shape %s, strides %s from element %d leave a storage of %d bytes",
        Text.excerpt(name), shape, strides, offset, storageBytes);
  }

  /** The elements in C order: a window on the storage where they lie so, else gathered. */
  Tensor gather(ByteBuffer storage) {
    int start = elements == 0 ? 0 : Math.toIntExact(offset * itemBytes);
    if (elements == 0 || isContiguous()) {
      return new Tensor(
          "", meta.type().onnx(), shape, storage.slice(start, Math.toIntExact(bytes())));
    }
    var out = ByteBuffer.allocate(Math.toIntExact(bytes()));
    var index = new long[shape.size()];
    long position = offset;
    for (int to = 0; to < out.capacity(); to += itemBytes) {
      out.put(to, storage, Math.toIntExact(position * itemBytes), itemBytes);
      for (int axis = index.length - 1; axis >= 0; axis--) {
        position += strides.get(axis);
        if (++index[axis] < shape.get(axis)) {
          break;
        }
        position -= strides.get(axis) * index[axis];
        index[axis] = 0;
      }
    }
    return new Tensor("", meta.type().onnx(), shape, out);
  }

  private boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      if (shape.get(axis) != 1 && strides.get(axis) != expected) {
        return false;
      }
      expected *= shape.get(axis);
    }
    return true;
  }

  private static List<Long> known(String name, List<Size> sizes) {
    return TensorMeta.known(sizes)
        .filter(values -> values.stream().allMatch(value -> value >= 0))
        .orElseThrow(() ->
            UnreadablePt2.tensor(
                "'%s': sizes, strides or offset %s (expected: numbers >= 0)",
                Text.excerpt(name), sizes));
  }
}

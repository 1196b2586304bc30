package dev.fovea.onnx.session;

import java.util.Arrays;

/**
 * Numbers in C order with their shape. The data is shared, never copied: whoever passes an array
 * must not change it afterwards; the shape is copied.
 *
 * @param shape sizes of the axes, each {@code >= 0}; empty for a single number
 * @param data as many elements as the product of the shape
 */
@SuppressWarnings("ArrayRecordComponent") // equality by content is defined below
public record FloatTensor(long[] shape, float[] data) {

  /**
   * @throws IllegalArgumentException if an axis is negative or the shape does not hold the data
   */
  public FloatTensor {
    shape = shape.clone();
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "tensor of shape %s: negative axis (expected: >= 0)".formatted(Arrays.toString(shape)));
      }
      try {
        elements = Math.multiplyExact(elements, size);
      } catch (ArithmeticException _) {
        throw new IllegalArgumentException(
            "tensor of shape %s: more than 2^63 elements (expected: %d)"
                .formatted(Arrays.toString(shape), data.length));
      }
    }
    if (elements != data.length) {
      throw new IllegalArgumentException(
          "tensor of shape %s: %d elements (expected: %d)"
              .formatted(Arrays.toString(shape), data.length, elements));
    }
  }

  /** The same as the constructor, shape last. */
  public static FloatTensor of(float[] data, long... shape) {
    return new FloatTensor(shape, data);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatTensor(long[] otherShape, float[] otherData)
        && Arrays.equals(shape, otherShape)
        && Arrays.equals(data, otherData);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "float" + Arrays.toString(shape);
  }
}

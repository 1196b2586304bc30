package dev.fovea.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A constant tensor: elements in C order, little-endian, as ONNX's {@code raw_data} has them.
 *
 * @param name empty for the value of an attribute
 * @param data shared, never copied: whoever passes a buffer must not change its bytes afterwards;
 *     the accessor gives a fresh read-only view from position 0
 */
public record Tensor(String name, DataType type, List<Long> shape, ByteBuffer data) {

  public Tensor {
    shape = List.copyOf(shape);
    if (type == DataType.STRING) {
      throw new IllegalArgumentException(
          "tensor '%s': STRING elements (expected: a type of fixed size)".formatted(name));
    }
    var view = data.slice();
    long expected = type.bytes(elements(name, shape));
    if (view.remaining() != expected) {
      throw new IllegalArgumentException(
          "tensor '%s' %s%s: %d bytes (expected: %d)"
              .formatted(name, type, shape, view.remaining(), expected));
    }
    data = view.asReadOnlyBuffer();
  }

  public static Tensor ofFloats(String name, List<Long> shape, float... values) {
    var bytes = buffer(values.length, Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return new Tensor(name, DataType.FLOAT, shape, bytes);
  }

  public static Tensor ofDoubles(String name, List<Long> shape, double... values) {
    var bytes = buffer(values.length, Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    return new Tensor(name, DataType.DOUBLE, shape, bytes);
  }

  public static Tensor ofLongs(String name, List<Long> shape, long... values) {
    var bytes = buffer(values.length, Long.BYTES);
    bytes.asLongBuffer().put(values);
    return new Tensor(name, DataType.INT64, shape, bytes);
  }

  public static Tensor ofInts(String name, List<Long> shape, int... values) {
    var bytes = buffer(values.length, Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return new Tensor(name, DataType.INT32, shape, bytes);
  }

  /** Elements of a type of one byte or of packed ones; the array becomes the tensor's. */
  public static Tensor ofBytes(String name, DataType type, List<Long> shape, byte... values) {
    return new Tensor(name, type, shape, ByteBuffer.wrap(values));
  }

  /** A tensor without axes: one element. */
  public static Tensor scalar(String name, float value) {
    return ofFloats(name, List.of(), value);
  }

  /** A tensor without axes: one element. */
  public static Tensor scalar(String name, long value) {
    return ofLongs(name, List.of(), value);
  }

  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of elements: the product of the shape, 1 without axes. */
  public long elements() {
    return elements(name, shape);
  }

  /** A copy of the elements of a FLOAT tensor. */
  public float[] floats() {
    require(DataType.FLOAT);
    var values = new float[(int) elements()];
    data().asFloatBuffer().get(values);
    return values;
  }

  /** A copy of the elements of a DOUBLE tensor. */
  public double[] doubles() {
    require(DataType.DOUBLE);
    var values = new double[(int) elements()];
    data().asDoubleBuffer().get(values);
    return values;
  }

  /** A copy of the elements of an INT64 tensor. */
  public long[] longs() {
    require(DataType.INT64);
    var values = new long[(int) elements()];
    data().asLongBuffer().get(values);
    return values;
  }

  /** A copy of the elements of an INT32 tensor. */
  public int[] ints() {
    require(DataType.INT32);
    var values = new int[(int) elements()];
    data().asIntBuffer().get(values);
    return values;
  }

  /** A copy of the raw bytes, whatever the type. */
  public byte[] bytes() {
    var view = data();
    var values = new byte[view.remaining()];
    view.get(values);
    return values;
  }

  /** The same elements under another name, without copying them. */
  public Tensor named(String other) {
    return new Tensor(other, type, shape, data);
  }

  private void require(DataType expected) {
    if (type != expected) {
      throw new IllegalStateException(
          "tensor '%s': %s (expected: %s)".formatted(name, type, expected));
    }
  }

  private static long elements(String name, List<Long> shape) {
    long product = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "tensor '%s' %s: negative dimension".formatted(name, shape));
      }
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  private static ByteBuffer buffer(int elements, int width) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, width)).order(ByteOrder.LITTLE_ENDIAN);
  }
}

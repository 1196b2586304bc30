package dev.fovea.onnx.export.lowering.constant;

import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Makes constants of any numeric type. */
public final class Numbers {
  private Numbers() {}

  /**
   * A tensor with the same value in each place; fractions are cut off for integer types.
   *
   * @throws Inconvertible for types whose numbers Java cannot write
   */
  public static Tensor filled(DataType type, List<Long> shape, double value) {
    return of(type, shape, _ -> value);
  }

  /**
   * A tensor whose values are computed from their index in C order.
   *
   * @throws Inconvertible for types whose numbers Java cannot write
   */
  public static Tensor of(DataType type, List<Long> shape, IntToDoubleFunction values) {
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    var bytes =
        ByteBuffer.allocate(Math.toIntExact(type.bytes(elements))).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      put(type, bytes, values.applyAsDouble(i));
    }
    return new Tensor("", type, shape, bytes.flip());
  }

  /** The same for integers that a double cannot hold. */
  public static Tensor filled(DataType type, List<Long> shape, long value) {
    if (type != DataType.INT64 && type != DataType.UINT64) {
      return filled(type, shape, (double) value);
    }
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    var values = new long[elements];
    Arrays.fill(values, value);
    var bytes =
        ByteBuffer.allocate(Math.multiplyExact(elements, Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return new Tensor("", type, shape, bytes);
  }

  /** A tensor of the given numbers in any type; fractions are cut off for integer types. */
  public static Tensor of(DataType type, List<Long> shape, double... values) {
    var bytes =
        ByteBuffer.allocate(Math.toIntExact(type.bytes(values.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      put(type, bytes, value);
    }
    return new Tensor("", type, shape, bytes.flip());
  }

  /** Rows and columns of a matrix exchanged. */
  public static Tensor transposed(Tensor matrix) {
    int rows = Math.toIntExact(matrix.shape().getFirst());
    int columns = Math.toIntExact(matrix.shape().getLast());
    int width = matrix.type().bits() / 8;
    var from = matrix.data();
    var to = ByteBuffer.allocate(from.remaining());
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        to.put((column * rows + row) * width, from, (row * columns + column) * width, width);
      }
    }
    return new Tensor("", matrix.type(), List.of((long) columns, (long) rows), to);
  }

  /**
   * Tensors one after the other, the first axis of each in blocks of one size that come in another
   * order.
   *
   * @param order which block of a part comes first, second and so on
   */
  public static Tensor inBlocks(List<Tensor> parts, List<Integer> order, List<Long> shape) {
    int bytes = parts.stream().mapToInt(part -> part.data().remaining()).reduce(0, Math::addExact);
    var to = ByteBuffer.allocate(bytes);
    for (var part : parts) {
      var from = part.data();
      int block = from.remaining() / order.size();
      order.forEach(each -> to.put(from.slice(each * block, block)));
    }
    return new Tensor("", parts.getFirst().type(), shape, to.flip());
  }

  private static void put(DataType type, ByteBuffer bytes, double value) {
    switch (type) {
      case FLOAT -> bytes.putFloat((float) value);
      case DOUBLE -> bytes.putDouble(value);
      case FLOAT16 -> bytes.putShort(Float.floatToFloat16((float) value));
      case BFLOAT16 -> bytes.putShort(bfloat16((float) value));
      case INT64, UINT64 -> bytes.putLong((long) value);
      case INT32, UINT32 -> bytes.putInt((int) (long) value);
      case INT16, UINT16 -> bytes.putShort((short) value);
      case INT8, UINT8 -> bytes.put((byte) value);
      case BOOL -> bytes.put((byte) (value == 0 ? 0 : 1));
      default ->
          throw new Inconvertible(
              "a constant of type %s is needed".formatted(type),
              "Export the model in float32, float16 or bfloat16.");
    }
  }

  /** The upper half of a float, rounded to nearest, ties to even. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }
}

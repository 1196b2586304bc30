package dev.fovea.onnx.graph;

import dev.fovea.kernel.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one {@code TensorProto}. Raw data stays where it is in the file's bytes; numbers in typed
 * fields, which older exporters write, become raw data.
 */
final class TensorDecoder {
  private static final int MAX_RANK = 64;

  private final ReadBudget budget;
  private final List<Long> shape = new ArrayList<>();
  private String name = "";
  private long typeCode;
  private @Nullable ByteBuffer raw;
  private @Nullable ByteArrayOutputStream typed;
  private int typedField;

  private TensorDecoder(ReadBudget budget) {
    this.budget = budget;
  }

  static Tensor decode(ProtoReader in, ReadBudget budget) {
    return new TensorDecoder(budget).read(in);
  }

  private Tensor read(ProtoReader in) {
    // A typed field may come before the element type, so its varints are kept at 8 bytes each at
    // first.
    while (in.next()) {
      switch (in.field()) {
        case 1 -> in.varints(this::dimension);
        case 2 -> typeCode = in.varint();
        case 8 -> name = in.string();
        case 9 -> raw = in.bytes();
        case 4 -> typed(4, in.fixed(Float.BYTES));
        case 10 -> typed(10, in.fixed(Double.BYTES));
        case 5, 7, 11 -> {
          int field = in.field();
          in.varints(value -> typed(field, littleEndian(value)));
        }
        case 3 -> throw unsupported("a segment of a tensor");
        case 6 -> throw unsupported("text elements");
        case 13 -> throw external();
        case 14 -> {
          if (in.varint() != 0) {
            throw external();
          }
        }
        default -> in.skip();
      }
    }
    return tensor();
  }

  private Tensor tensor() {
    var type =
        DataType.of(typeCode)
            .filter(known -> known != DataType.STRING)
            .orElseThrow(() -> unsupported("element type " + typeCode));
    long elements = 1;
    long bytes;
    try {
      for (long size : shape) {
        elements = Math.multiplyExact(elements, size);
      }
      bytes = type.bytes(elements);
    } catch (ArithmeticException _) {
      throw malformed("dimensions %s exceed 2^63 bytes".formatted(shape));
    }
    if (raw != null && typed != null) {
      throw malformed("both raw data and field %d hold values".formatted(typedField));
    }
    var data = raw != null ? raw : typed == null ? ByteBuffer.allocate(0) : pack(type, typed);
    if (data.remaining() != bytes) {
      throw malformed(
          "%d bytes of data for %s%s (expected: %d)"
              .formatted(data.remaining(), type, shape, bytes));
    }
    return new Tensor(name, type, shape, data);
  }

  private void dimension(long size) {
    budget.item();
    if (size < 0 || shape.size() >= MAX_RANK) {
      throw malformed(
          "dimension %d of size %d (expected: at most %d dimensions, none negative)"
              .formatted(shape.size(), size, MAX_RANK));
    }
    shape.add(size);
  }

  private void typed(int field, ByteBuffer values) {
    if (typed == null) {
      typed = new ByteArrayOutputStream();
      typedField = field;
    } else if (typedField != field) {
      throw malformed("both field %d and field %d hold values".formatted(typedField, field));
    }
    budget.expand(values.remaining());
    typed.write(values.array(), values.arrayOffset() + values.position(), values.remaining());
  }

  /**
   * Narrows the collected values to the element type, checking that the field may hold that type.
   */
  private ByteBuffer pack(DataType type, ByteArrayOutputStream collected) {
    var allowed =
        switch (type) {
          case FLOAT, COMPLEX64 -> 4;
          case DOUBLE, COMPLEX128 -> 10;
          case INT64 -> 7;
          case UINT32, UINT64 -> 11;
          default -> 5;
        };
    if (allowed != typedField) {
      throw malformed("%s values in field %d (expected: %d)".formatted(type, typedField, allowed));
    }
    var bytes = ByteBuffer.wrap(collected.toByteArray());
    if (allowed == 4 || allowed == 10) {
      return bytes;
    }
    // Packed 4-bit types come as whole bytes, one int32 a byte.
    int width = Math.max(1, type.bits() / 8);
    var packed = ByteBuffer.allocate(bytes.remaining() / Long.BYTES * width);
    for (int at = 0; at < bytes.remaining(); at += Long.BYTES) {
      packed.put(bytes.array(), at, width);
    }
    return packed.flip();
  }

  private static ByteBuffer littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(Long.reverseBytes(value)).flip();
  }

  private UnreadableOnnx malformed(String what) {
    return UnreadableOnnx.malformed("tensor '%s': %s", Text.excerpt(name), what);
  }

  private UnreadableOnnx unsupported(String what) {
    return UnreadableOnnx.unsupported(
        "Export the model with numeric tensors only.",
        "tensor '%s': %s is not carried",
        Text.excerpt(name),
        what);
  }

  private UnreadableOnnx external() {
    return new UnreadableOnnx(
        UnreadableOnnx.Flaw.EXTERNAL_DATA,
        "ONNX: tensor '%s' keeps its data in another file".formatted(Text.excerpt(name)),
        "Save it in one file: onnx.save_model(model, path, save_as_external_data=False).");
  }
}

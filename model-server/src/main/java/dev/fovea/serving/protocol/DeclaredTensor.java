package dev.fovea.serving.protocol;

import dev.fovea.kernel.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An input as its JSON object declares it, before its data is known to fit.
 *
 * @param binaryBytes how many bytes of the binary section it takes; -1 where its data is in the
 *     JSON
 */
record DeclaredTensor(
    String name,
    List<Long> shape,
    String datatype,
    long binaryBytes,
    FloatBuilder numbers,
    List<String> texts) {
  private static final int MAX_RANK = 8;

  /** The tensor, with its data from the JSON or the next bytes of the binary section. */
  InputTensor resolve(ByteBuffer binary) {
    long elements = elements();
    boolean inBinary = binaryBytes >= 0;
    if (inBinary && numbers.size() + texts.size() > 0) {
      throw bad("has both data and binary_data_size (expected: one of them)");
    }
    var axes = shape.stream().mapToLong(Long::longValue).toArray();
    return switch (datatype) {
      case "FP32" ->
          new InputTensor.Floats(
              name, axes, inBinary ? binaryFloats(binary, elements) : jsonFloats(elements));
      case "BYTES" ->
          new InputTensor.Bytes(
              name, axes, inBinary ? binaryElements(binary, elements) : jsonElements(elements));
      default ->
          throw bad("datatype '%s' (expected: FP32 or BYTES)".formatted(Text.excerpt(datatype)));
    };
  }

  private long elements() {
    if (shape.size() > MAX_RANK) {
      throw bad("%d axes (expected: at most %d)".formatted(shape.size(), MAX_RANK));
    }
    long elements = 1;
    for (long size : shape) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw bad("shape %s (expected: each axis 0 to 2147483647)".formatted(shape));
      }
      if (size > 0 && elements > Integer.MAX_VALUE / size) {
        throw bad("shape %s has more than 2147483647 elements".formatted(shape));
      }
      elements *= size;
    }
    return elements;
  }

  private float[] jsonFloats(long elements) {
    if (!texts.isEmpty()) {
      throw bad("has text in its data (expected: numbers for FP32)");
    }
    if (numbers.size() != elements) {
      throw bad(
          "%d numbers for shape %s (expected: %d)".formatted(numbers.size(), shape, elements));
    }
    return numbers.toArray();
  }

  private List<byte[]> jsonElements(long elements) {
    if (numbers.size() > 0) {
      throw bad("has numbers in its data (expected: base64 strings for BYTES)");
    }
    if (texts.size() != elements) {
      throw bad("%d strings for shape %s (expected: %d)".formatted(texts.size(), shape, elements));
    }
    var decoded = new ArrayList<byte[]>(texts.size());
    for (var text : texts) {
      try {
        decoded.add(Base64.getDecoder().decode(text));
      } catch (IllegalArgumentException _) {
        throw bad("'%s' is no base64".formatted(Text.excerpt(text)));
      }
    }
    return decoded;
  }

  private float[] binaryFloats(ByteBuffer binary, long elements) {
    if (binaryBytes != elements * Float.BYTES) {
      throw bad(
          "binary_data_size %d for shape %s (expected: %d)"
              .formatted(binaryBytes, shape, elements * Float.BYTES));
    }
    var data = new float[(int) elements];
    section(binary).asFloatBuffer().get(data);
    return data;
  }

  private List<byte[]> binaryElements(ByteBuffer binary, long elements) {
    var section = section(binary);
    var found = new ArrayList<byte[]>();
    while (section.hasRemaining()) {
      if (section.remaining() < Integer.BYTES) {
        throw bad(
            "%d bytes are left over after element %d".formatted(section.remaining(), found.size()));
      }
      long length = Integer.toUnsignedLong(section.getInt());
      if (length > section.remaining()) {
        throw bad(
            "element %d claims %d bytes, %d are left"
                .formatted(found.size(), length, section.remaining()));
      }
      if (found.size() == elements) {
        throw bad("more than %d elements for shape %s".formatted(elements, shape));
      }
      var element = new byte[(int) length];
      section.get(element);
      found.add(element);
    }
    if (found.size() != elements) {
      throw bad("%d elements for shape %s (expected: %d)".formatted(found.size(), shape, elements));
    }
    return found;
  }

  private ByteBuffer section(ByteBuffer binary) {
    if (binaryBytes > binary.remaining()) {
      throw bad(
          "binary_data_size %d, but %d bytes are left in the body"
              .formatted(binaryBytes, binary.remaining()));
    }
    var section = binary.slice(binary.position(), (int) binaryBytes);
    binary.position(binary.position() + (int) binaryBytes);
    return section.order(ByteOrder.LITTLE_ENDIAN);
  }

  private ProtocolError bad(String what) {
    return ProtocolError.badRequest("input '%s': %s".formatted(Text.excerpt(name), what));
  }
}

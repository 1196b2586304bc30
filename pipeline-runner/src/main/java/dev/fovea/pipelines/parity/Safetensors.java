package dev.fovea.pipelines.parity;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.onnx.session.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The safetensors format (huggingface/safetensors, "Format"): eight bytes with the header's length,
 * little-endian, a JSON header, and the numbers. Only 32-bit floats are read. Every length and
 * offset is checked against the file before anything is allocated.
 */
public final class Safetensors {
  private static final int PREFIX = Long.BYTES;
  private static final int LIMIT_HEADER_BYTES = 1 << 20;
  private static final int LIMIT_AXES = 8;
  private static final String FIX = "write the recording anew, with float32 tensors alone";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Safetensors() {}

  /** How one tensor stands in the header. */
  private record Entry(String dtype, long[] shape, long[] data_offsets) {}

  /**
   * Reads every tensor, by name.
   *
   * @throws InvalidRequest saying where the file breaks the format
   */
  public static Map<String, FloatTensor> read(byte[] file) {
    if (file.length < PREFIX) {
      throw bad("%d bytes (expected: %d or more)".formatted(file.length, PREFIX));
    }
    var bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong();
    if (length < 2 || length > LIMIT_HEADER_BYTES || length > file.length - PREFIX) {
      throw bad(
          "a header of %d bytes (expected: 2 to %d)"
              .formatted(length, Math.min(LIMIT_HEADER_BYTES, file.length - PREFIX)));
    }
    var header = header(new String(file, PREFIX, (int) length, StandardCharsets.UTF_8));
    var data =
        bytes
            .slice(PREFIX + (int) length, file.length - PREFIX - (int) length)
            .order(ByteOrder.LITTLE_ENDIAN);
    var tensors = new TreeMap<String, FloatTensor>();
    header
        .properties()
        .forEach(entry -> {
          if (!entry.getKey().equals("__metadata__")) {
            tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data));
          }
        });
    return Collections.unmodifiableMap(tensors);
  }

  /** Writes the tensors in the order of their names; equal tensors give equal bytes. */
  public static byte[] write(Map<String, FloatTensor> tensors) {
    var header = new LinkedHashMap<String, Entry>();
    long offset = 0;
    for (var tensor : new TreeMap<>(tensors).entrySet()) {
      long end = offset + (long) tensor.getValue().data().length * Float.BYTES;
      header.put(
          tensor.getKey(), new Entry("F32", tensor.getValue().shape(), new long[] {offset, end}));
      offset = end;
    }
    var json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    // The format asks for data that starts at a multiple of eight; the header is filled up with
    // blanks.
    int padded = Math.ceilDiv(json.length, PREFIX) * PREFIX;
    var file =
        ByteBuffer.allocate(Math.toIntExact(PREFIX + padded + offset))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded)
        .put(json)
        .put(" ".repeat(padded - json.length).getBytes(StandardCharsets.UTF_8));
    new TreeMap<>(tensors)
        .values()
        .forEach(tensor -> {
          for (float value : tensor.data()) {
            file.putFloat(value);
          }
        });
    return file.array();
  }

  private static JsonNode header(String text) {
    try {
      var header = JSON.readTree(text.stripTrailing());
      if (header.isObject()) {
        return header;
      }
    } catch (JacksonException e) {
      throw bad("a header that is no JSON: %s".formatted(e.getOriginalMessage()));
    }
    throw bad("a header that is no JSON object");
  }

  private static FloatTensor tensor(String name, JsonNode entry, ByteBuffer data) {
    var dtype = entry.path("dtype").asString("");
    if (!dtype.equals("F32")) {
      throw bad(
          "tensor '%s' of type '%s' (expected: F32)"
              .formatted(Text.excerpt(name), Text.excerpt(dtype)));
    }
    var shape = longs(name, entry.path("shape"));
    var offsets = longs(name, entry.path("data_offsets"));
    if (shape.length > LIMIT_AXES || offsets.length != 2) {
      throw bad(
          "tensor '%s' with %d axes and %d offsets (expected: at most %d, and 2)"
              .formatted(Text.excerpt(name), shape.length, offsets.length, LIMIT_AXES));
    }
    long elements = elements(shape, data.capacity() / Float.BYTES);
    if (offsets[0] < 0
        || offsets[1] > data.capacity()
        || offsets[1] - offsets[0] != elements * Float.BYTES) {
      throw bad(
          "tensor '%s' at bytes %d to %d of %d (expected: room for its shape inside the file)"
              .formatted(Text.excerpt(name), offsets[0], offsets[1], data.capacity()));
    }
    var values = new float[(int) elements];
    data.slice((int) offsets[0], (int) (elements * Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new FloatTensor(shape, values);
  }

  /** The product of the shape, or -1 where it is more than the file can hold. */
  private static long elements(long[] shape, long most) {
    long elements = 1;
    for (long axis : shape) {
      if (axis < 0 || axis > most || elements * axis > most) {
        return -1;
      }
      elements *= axis;
    }
    return elements;
  }

  private static long[] longs(String name, JsonNode array) {
    if (!array.isArray()
        || StreamSupport.stream(array.spliterator(), false).anyMatch(n -> !n.canConvertToLong())) {
      throw bad("tensor '%s' without its shape or offsets".formatted(Text.excerpt(name)));
    }
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static InvalidRequest bad(String what) {
    return new InvalidRequest("safetensors file: " + what, FIX);
  }
}

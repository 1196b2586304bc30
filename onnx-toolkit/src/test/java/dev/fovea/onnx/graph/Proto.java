package dev.fovea.onnx.graph;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds protobuf messages byte by byte, also wrong ones. */
final class Proto {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static Proto message() {
    return new Proto();
  }

  /** A model around a graph. */
  static byte[] model(Proto graph) {
    return message().varint(1, 9).message(7, graph).bytes();
  }

  /** A graph whose one initializer is the given tensor. */
  static byte[] modelWith(Proto tensor) {
    return model(message().message(5, tensor));
  }

  Proto varint(int field, long value) {
    raw((long) field << 3);
    return raw(value);
  }

  Proto text(int field, String value) {
    return data(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Proto data(int field, byte... value) {
    length(field, value.length);
    out.writeBytes(value);
    return this;
  }

  Proto message(int field, Proto value) {
    return data(field, value.bytes());
  }

  /** A tag and a length without the bytes that the length announces. */
  Proto length(int field, long value) {
    raw((long) field << 3 | 2);
    return raw(value);
  }

  Proto raw(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  static byte[] floats(float... values) {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}

package dev.fovea.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Fields of one protobuf message, in the order of the bytes. A length is believed only if that many
 * bytes are left in the enclosing message, so that nothing is allocated for a lie.
 */
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int MAX_VARINT_BYTES = 10;

  private final ByteBuffer window;
  private final String message;
  private int field;
  private int wire;

  ProtoReader(ByteBuffer window, String message) {
    this.window = window.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.message = message;
  }

  /** Moves to the next field; false at the end of the message. */
  boolean next() {
    if (!window.hasRemaining()) {
      return false;
    }
    long tag = readVarint();
    long number = tag >>> 3;
    if (number == 0 || number > 0x1FFF_FFFFL) {
      throw malformed("field number %d (expected: 1 to 2^29 - 1)".formatted(number));
    }
    field = (int) number;
    wire = (int) (tag & 7);
    return true;
  }

  int field() {
    return field;
  }

  long varint() {
    require(VARINT);
    return readVarint();
  }

  float fixed32() {
    require(FIXED32);
    return take(Float.BYTES).getFloat();
  }

  ByteBuffer bytes() {
    require(BYTES);
    long length = readVarint();
    if (length < 0 || length > window.remaining()) {
      throw malformed(
          "field %d claims %s bytes, %d are left"
              .formatted(field, Long.toUnsignedString(length), window.remaining()));
    }
    return take((int) length);
  }

  String string() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes()).toString();
    } catch (CharacterCodingException _) {
      throw malformed("field %d is no UTF-8 text".formatted(field));
    }
  }

  ProtoReader message(String name) {
    return new ProtoReader(bytes(), name);
  }

  /** A repeated integer field, packed or not. */
  void varints(LongConsumer each) {
    if (wire == VARINT) {
      each.accept(readVarint());
      return;
    }
    var packed = message(message);
    while (packed.window.hasRemaining()) {
      each.accept(packed.readVarint());
    }
  }

  /** A repeated field of {@code width} bytes an element, packed or not, as the bytes lie. */
  ByteBuffer fixed(int width) {
    if (wire == (width == Float.BYTES ? FIXED32 : FIXED64)) {
      return take(width);
    }
    var packed = bytes();
    if (packed.remaining() % width != 0) {
      throw malformed(
          "field %d has %d bytes (expected: a multiple of %d)"
              .formatted(field, packed.remaining(), width));
    }
    return packed;
  }

  void skip() {
    switch (wire) {
      case VARINT -> readVarint();
      case FIXED64 -> take(Long.BYTES);
      case BYTES -> bytes();
      case FIXED32 -> take(Integer.BYTES);
      default -> throw malformed("wire type %d (expected: 0, 1, 2 or 5)".formatted(wire));
    }
  }

  UnreadableOnnx malformed(String what) {
    return UnreadableOnnx.malformed("%s: %s", message, what);
  }

  private void require(int expected) {
    if (wire != expected) {
      throw malformed("field %d has wire type %d (expected: %d)".formatted(field, wire, expected));
    }
  }

  private ByteBuffer take(int length) {
    if (length > window.remaining()) {
      throw malformed("ends within field %d".formatted(field));
    }
    var taken = window.slice(window.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    window.position(window.position() + length);
    return taken;
  }

  private long readVarint() {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (!window.hasRemaining()) {
        throw malformed("ends within a number");
      }
      byte next = window.get();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw malformed("a number has more than %d bytes".formatted(MAX_VARINT_BYTES));
  }
}

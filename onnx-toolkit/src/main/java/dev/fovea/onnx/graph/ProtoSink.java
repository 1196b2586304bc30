package dev.fovea.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Where the fields of a protobuf message go. A message is described once, as calls on a sink, and
 * played twice: into a {@link Count}, because its length precedes it, and into the file.
 */
abstract sealed class ProtoSink permits ProtoSink.Count, ChannelSink {
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /** A message as the calls that write its fields, in the order of their numbers. */
  interface Message {
    void writeTo(ProtoSink sink);
  }

  final void varint(int field, long value) {
    tag(field, VARINT);
    number(value);
  }

  final void float32(int field, float value) {
    tag(field, FIXED32);
    raw(
        ByteBuffer.allocate(Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Float.floatToRawIntBits(value))
            .flip());
  }

  final void string(int field, String value) {
    bytes(field, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** A text field that is left out when empty, which readers take for the same. */
  final void optionalString(int field, String value) {
    if (!value.isEmpty()) {
      string(field, value);
    }
  }

  final void bytes(int field, ByteBuffer value) {
    tag(field, BYTES);
    number(value.remaining());
    raw(value);
  }

  final void message(int field, Message message) {
    var count = new Count();
    message.writeTo(count);
    tag(field, BYTES);
    number(count.bytes);
    played(message, count.bytes);
  }

  private void tag(int field, int wire) {
    number((long) field << 3 | wire);
  }

  private void number(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      octet((byte) (rest | 0x80));
      rest >>>= 7;
    }
    octet((byte) rest);
  }

  abstract void octet(byte value);

  abstract void raw(ByteBuffer value);

  abstract void played(Message message, long length);

  /** Adds up the length of what is written to it. */
  static final class Count extends ProtoSink {
    private long bytes;

    long bytes() {
      return bytes;
    }

    @Override
    void octet(byte value) {
      bytes++;
    }

    @Override
    void raw(ByteBuffer value) {
      bytes += value.remaining();
    }

    @Override
    void played(Message message, long length) {
      bytes += length;
    }
  }
}

package dev.fovea.onnx.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes fields to a channel; small ones through a buffer, weights straight from where they lie.
 */
final class ChannelSink extends ProtoSink {
  private static final int BUFFER_BYTES = 1 << 16;

  private final WritableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  ChannelSink(WritableByteChannel channel) {
    this.channel = channel;
  }

  @Override
  void octet(byte value) {
    if (!buffer.hasRemaining()) {
      flush();
    }
    buffer.put(value);
  }

  @Override
  void raw(ByteBuffer value) {
    if (value.remaining() > buffer.remaining()) {
      flush();
    }
    if (value.remaining() <= buffer.remaining()) {
      buffer.put(value.duplicate());
    } else {
      drain(value.duplicate());
    }
  }

  @Override
  void played(Message message, long length) {
    message.writeTo(this);
  }

  void flush() {
    drain(buffer.flip());
    buffer.clear();
  }

  private void drain(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.fovea.onnx.graph;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/** Writes ONNX files; equal models give equal bytes. Weights go from their buffers to the file. */
public final class OnnxWriter {
  private OnnxWriter() {}

  /** The model as one array; for models small enough to be held twice. */
  public static byte[] bytes(OnnxModel model) {
    var bytes = ByteBuffer.allocate(Math.toIntExact(size(model)));
    write(model, (Drain) bytes::put);
    return bytes.array();
  }

  /** The digest of the written form, which is never held as a whole. */
  public static Digest digest(OnnxModel model) {
    var hasher = Digest.hasher();
    write(model, (Drain) hasher::update);
    return new Digest(HexFormat.of().formatHex(hasher.digest()));
  }

  /**
   * Writes a file, replacing what is there. A crash in between leaves a partial file: write beside
   * the place and move, where that matters.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public static void write(OnnxModel model, Path file) {
    try (var channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      write(model, channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes to a channel in blocking mode and leaves it open.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  public static void write(OnnxModel model, WritableByteChannel channel) {
    size(model);
    var sink = new ChannelSink(channel);
    ModelEncoder.model(model, sink);
    sink.flush();
  }

  /**
   * Bytes that the written model takes.
   *
   * @throws UnreadableOnnx if that is more than protobuf's 2 GiB, which no reader would accept
   */
  public static long size(OnnxModel model) {
    var count = new ProtoSink.Count();
    ModelEncoder.model(model, count);
    if (count.bytes() > Integer.MAX_VALUE) {
      throw UnreadableOnnx.tooLarge(
          "the written model takes %d bytes (expected: <= %d)", count.bytes(), Integer.MAX_VALUE);
    }
    return count.bytes();
  }

  /** A channel that takes everything at once. */
  private interface Drain extends WritableByteChannel {
    void take(ByteBuffer bytes);

    @Override
    default int write(ByteBuffer bytes) {
      int length = bytes.remaining();
      take(bytes);
      return length;
    }

    @Override
    default boolean isOpen() {
      return true;
    }

    @Override
    default void close() {}
  }
}

package dev.fovea.onnx.export.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads ranges of a file whole. */
final class Slices {
  private Slices() {}

  /** {@code length} bytes from {@code offset}; the caller has checked that the file has them. */
  static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, offset + bytes.position()) < 0) {
        throw UnreadablePt2.archive("the file ends at %d", offset + bytes.position());
      }
    }
    return bytes.flip();
  }
}

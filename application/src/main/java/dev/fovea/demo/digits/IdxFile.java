package dev.fovea.demo.digits;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * A gzipped IDX file of unsigned bytes, the format that MNIST is published in: two zero bytes, the
 * type (8 = unsigned byte), the number of dimensions, each dimension as a big-endian int, the
 * bytes.
 *
 * @param count the first dimension
 * @param itemBytes the product of the others
 * @param bytes all items, one after the other
 */
record IdxFile(int count, int itemBytes, byte[] bytes) {
  private static final int UNSIGNED_BYTES = 8;
  private static final long MAX_BYTES = 64L << 20;

  static IdxFile read(String name, InputStream gzipped) throws IOException {
    try (var in = new DataInputStream(new GZIPInputStream(gzipped))) {
      int magic = in.readInt();
      int dimensions = magic & 0xff;
      if (magic >>> 8 != UNSIGNED_BYTES || dimensions < 1 || dimensions > 3) {
        throw new IOException(
            "%s: magic 0x%08x (expected: 0x00000801 to 0x00000803)".formatted(name, magic));
      }
      int count = in.readInt();
      long itemBytes = 1;
      for (int d = 1; d < dimensions; d++) {
        itemBytes *= in.readInt();
      }
      if (count < 1 || itemBytes < 1 || count * itemBytes > MAX_BYTES) {
        throw new IOException(
            "%s: %d items of %d bytes (expected: 1 to 64 MiB in all)"
                .formatted(name, count, itemBytes));
      }
      var bytes = new byte[Math.toIntExact(count * itemBytes)];
      in.readFully(bytes);
      return new IdxFile(count, Math.toIntExact(itemBytes), bytes);
    }
  }
}

package dev.fovea.demo.digits;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Writes 8-bit grey PNG files without compression. ImageIO's writer compresses with the zlib of the
 * machine, whose bytes differ from one to the next; the demo's dataset must have the same digest
 * everywhere.
 */
final class GreyPng {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int MAX_STORED_BLOCK = 0xffff;

  private GreyPng() {}

  static byte[] encode(byte[] grey, int width, int height) {
    int rawBytes = (width + 1) * height;
    if (rawBytes > MAX_STORED_BLOCK) {
      throw new IllegalArgumentException(
          "picture: %d x %d px (expected: at most 65,535 bytes with a filter byte a row)"
              .formatted(width, height));
    }
    var raw = ByteBuffer.allocate(rawBytes);
    for (int y = 0; y < height; y++) {
      raw.put((byte) 0).put(grey, y * width, width);
    }
    var adler = new Adler32();
    adler.update(raw.array());
    var header =
        ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).put(new byte[4]);
    var zlib =
        ByteBuffer.allocate(rawBytes + 11)
            .putShort((short) 0x7801)
            .put((byte) 1)
            .putShort(Short.reverseBytes((short) rawBytes))
            .putShort(Short.reverseBytes((short) ~rawBytes))
            .put(raw.array())
            .putInt((int) adler.getValue());
    return ByteBuffer.allocate(8 + 12 + 13 + 12 + zlib.capacity() + 12)
        .putLong(SIGNATURE)
        .put(chunk("IHDR", header.array()))
        .put(chunk("IDAT", zlib.array()))
        .put(chunk("IEND", new byte[0]))
        .array();
  }

  private static byte[] chunk(String type, byte[] data) {
    var body =
        ByteBuffer.allocate(4 + data.length)
            .put(type.getBytes(StandardCharsets.US_ASCII))
            .put(data)
            .array();
    var crc = new CRC32();
    crc.update(body);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(body)
        .putInt((int) crc.getValue())
        .array();
  }
}

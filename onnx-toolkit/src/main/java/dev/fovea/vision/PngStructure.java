package dev.fovea.vision;

import dev.fovea.vision.Decoding.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Walks a PNG file's chunks (W3C PNG, third edition, 5): checks the header against the limits
 * first, then each checksum, then that the file reaches its end mark.
 */
final class PngStructure {
  static final long SIGNATURE = 0x89504e470d0a1a0aL;

  private static final int IHDR = 0x49484452;
  private static final int IEND = 0x49454e44;
  private static final Set<Integer> KEPT = Set.of(IHDR, 0x504c5445, 0x74524e53, 0x49444154, IEND);
  private static final int CHUNK_FRAME = 12;
  private static final int MAX_CHUNKS = 100_000;

  private PngStructure() {}

  static ParsedImage parse(byte[] file, ImageLimits limits) throws ImageRefusal {
    var in = ByteBuffer.wrap(file).position(8);
    var header = header(in, limits);
    var kept = new ByteArrayOutputStream(file.length);
    kept.write(file, 0, 8);
    in.position(8);
    for (int chunks = 0; chunks < MAX_CHUNKS; chunks++) {
      int start = in.position();
      if (in.remaining() < CHUNK_FRAME) {
        throw truncated(file.length);
      }
      long length = Integer.toUnsignedLong(in.getInt());
      int type = in.getInt();
      if (length > in.remaining() - 4) {
        throw truncated(file.length);
      }
      in.position(in.position() + (int) length);
      requireChecksum(file, start, (int) length, in.getInt());
      if (KEPT.contains(type)) {
        kept.write(file, start, (int) length + CHUNK_FRAME);
      }
      if (type == IEND) {
        return new ParsedImage(header, kept.toByteArray());
      }
    }
    throw new ImageRefusal(
        Reason.CORRUPT, "PNG of more than %,d chunks (expected: fewer)".formatted(MAX_CHUNKS));
  }

  private static ImageHeader header(ByteBuffer in, ImageLimits limits) throws ImageRefusal {
    if (in.remaining() < 8 + 13) {
      throw truncated(in.limit());
    }
    if (in.getInt() != 13 || in.getInt() != IHDR) {
      throw new ImageRefusal(Reason.CORRUPT, "PNG does not begin with an IHDR chunk of 13 bytes");
    }
    int width = in.getInt();
    int height = in.getInt();
    int bitDepth = in.get();
    ImageBounds.require("PNG", width, height, limits);
    if (bitDepth == 16) {
      throw new ImageRefusal(
          Reason.UNSUPPORTED, "PNG of 16 bits a sample (expected: at most 8; convert it)");
    }
    return new ImageHeader(ImageHeader.Format.PNG, width, height, 1);
  }

  private static void requireChecksum(byte[] file, int start, int length, int written)
      throws ImageRefusal {
    var crc = new CRC32();
    crc.update(file, start + 4, length + 4);
    if ((int) crc.getValue() != written) {
      throw new ImageRefusal(
          Reason.CORRUPT,
          "PNG chunk at byte %,d has checksum %08x (expected: %08x)"
              .formatted(start, written, (int) crc.getValue()));
    }
  }

  private static ImageRefusal truncated(int bytes) {
    return new ImageRefusal(
        Reason.TRUNCATED, "PNG ends after %,d bytes (expected: an IEND chunk)".formatted(bytes));
  }
}

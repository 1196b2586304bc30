package dev.fovea.vision;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the one EXIF tag that changes which way up a picture is (EXIF 2.32, 4.6.4 A). */
final class ExifOrientation {
  private static final long EXIF = 0x457869660000L;
  private static final short ORIENTATION = 0x0112;
  private static final int ENTRY_BYTES = 12;

  private ExifOrientation() {}

  /**
   * Of a JPEG's APP1 segment: 1 to 8; 1 where the segment is not EXIF, has no such tag, or cannot
   * be followed.
   */
  static int of(byte[] file, int start, int length) {
    var segment = ByteBuffer.wrap(file, start, length).slice();
    if (segment.remaining() < 14 || segment.getLong(0) >>> 16 != EXIF) {
      return 1;
    }
    return orientation(segment.position(6).slice());
  }

  /** Of the TIFF structure that a PNG's eXIf chunk is; 1 as with {@link #of}. */
  static int ofTiff(byte[] file, int start, int length) {
    return length < 8 ? 1 : orientation(ByteBuffer.wrap(file, start, length).slice());
  }

  // Only the first directory is read, entry by entry: there is nothing that could lead in a circle.
  private static int orientation(ByteBuffer tiff) {
    tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (directory < 8 || directory > tiff.limit() - 2) {
      return 1;
    }
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > tiff.limit()) {
        return 1;
      }
      if (tiff.getShort(entry) == ORIENTATION) {
        if (tiff.getInt(entry + 4) != 1) {
          return 1; // of several values, an offset stands in the place of the value
        }
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }
}

package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The central directory of a zip file (PKWARE APPNOTE 6.3, sections 4.3.12 to 4.3.16), which alone
 * decides what the archive holds. PyTorch's local headers announce data descriptors although the
 * entries are stored, so that stream readers fail on them.
 */
final class ZipDirectory {
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int ENTRY_BYTES = 46;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ZIP64_EXTRA = 1;
  private static final int MAX_COMMENT_BYTES = 0xFFFF;
  private static final int MAX_DIRECTORY_BYTES = 64 << 20;
  private static final long UNSET32 = 0xFFFF_FFFFL;
  private static final int ENCRYPTED = 1;

  /** An entry as the directory describes it; {@code header} is the offset of its local header. */
  record Entry(String name, long size, long crc, long header) {}

  /** All entries, with the offset at which the directory starts. */
  record Listing(List<Entry> entries, long start) {}

  private ZipDirectory() {}

  static Listing read(FileChannel file, Pt2Limits limits) throws IOException {
    long fileSize = file.size();
    var end = findEnd(file, fileSize);
    long count = Short.toUnsignedLong(end.getShort(10));
    long bytes = Integer.toUnsignedLong(end.getInt(12));
    long start = Integer.toUnsignedLong(end.getInt(16));
    long endAt = end.getLong(END_BYTES);
    if (count == 0xFFFF || bytes == UNSET32 || start == UNSET32) {
      var end64 = findEnd64(file, endAt);
      count = end64.getLong(32);
      bytes = end64.getLong(40);
      start = end64.getLong(48);
    }
    if (count < 0 || count > limits.maxEntries()) {
      throw UnreadablePt2.tooLarge("%d entries (expected: <= %d)", count, limits.maxEntries());
    }
    if (start < 0 || bytes < 0 || bytes > MAX_DIRECTORY_BYTES || start > endAt - bytes) {
      throw UnreadablePt2.archive(
          "directory of %d bytes at %d in a file of %d bytes", bytes, start, fileSize);
    }
    var directory = Slices.read(file, start, (int) bytes);
    var entries = new ArrayList<Entry>();
    for (long i = 0; i < count; i++) {
      entries.add(entry(directory));
    }
    return new Listing(entries, start);
  }

  /** The end record, followed by the offset at which it was found. */
  private static ByteBuffer findEnd(FileChannel file, long fileSize) throws IOException {
    int tailBytes = (int) Math.min(fileSize, END_BYTES + MAX_COMMENT_BYTES);
    var tail = Slices.read(file, fileSize - tailBytes, tailBytes);
    for (int at = tailBytes - END_BYTES; at >= 0; at--) {
      // The comment must reach the end of the file, so a signature inside a comment is not taken.
      if (tail.getInt(at) == END_SIGNATURE
          && Short.toUnsignedInt(tail.getShort(at + 20)) == tailBytes - END_BYTES - at) {
        var end = ByteBuffer.allocate(END_BYTES + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        end.put(0, tail, at, END_BYTES);
        return end.putLong(END_BYTES, fileSize - tailBytes + at);
      }
    }
    throw UnreadablePt2.archive("no zip directory at the end of %d bytes", fileSize);
  }

  private static ByteBuffer findEnd64(FileChannel file, long endAt) throws IOException {
    if (endAt >= LOCATOR_BYTES + END64_BYTES) {
      var locator = Slices.read(file, endAt - LOCATOR_BYTES, LOCATOR_BYTES);
      long at = locator.getLong(8);
      if (locator.getInt(0) == LOCATOR_SIGNATURE
          && at >= 0
          && at <= endAt - LOCATOR_BYTES - END64_BYTES) {
        var end64 = Slices.read(file, at, END64_BYTES);
        if (end64.getInt(0) == END64_SIGNATURE) {
          return end64;
        }
      }
    }
    throw UnreadablePt2.archive("the zip64 directory that the end record announces is missing");
  }

  private static Entry entry(ByteBuffer directory) {
    if (directory.remaining() < ENTRY_BYTES
        || directory.getInt(directory.position()) != ENTRY_SIGNATURE) {
      throw UnreadablePt2.archive("the zip directory ends early");
    }
    int at = directory.position();
    int flags = Short.toUnsignedInt(directory.getShort(at + 8));
    int method = Short.toUnsignedInt(directory.getShort(at + 10));
    long crc = Integer.toUnsignedLong(directory.getInt(at + 16));
    long compressed = Integer.toUnsignedLong(directory.getInt(at + 20));
    long size = Integer.toUnsignedLong(directory.getInt(at + 24));
    int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(directory.getShort(at + 30));
    int commentBytes = Short.toUnsignedInt(directory.getShort(at + 32));
    long header = Integer.toUnsignedLong(directory.getInt(at + 42));
    int total = ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
    if (directory.remaining() < total) {
      throw UnreadablePt2.archive("the zip directory ends early");
    }
    var name = name(directory.slice(at + ENTRY_BYTES, nameBytes));
    var extra =
        directory.slice(at + ENTRY_BYTES + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN);
    directory.position(at + total);
    if (method != 0 || (flags & ENCRYPTED) != 0) {
      throw UnreadablePt2.archive(
          "entry '%s' is compressed or encrypted (method %d, flags %d; PyTorch stores plainly)",
          Text.excerpt(name), method, flags);
    }
    var wide = zip64(extra);
    size = size == UNSET32 ? wide(wide) : size;
    compressed = compressed == UNSET32 ? wide(wide) : compressed;
    header = header == UNSET32 ? wide(wide) : header;
    if (size < 0 || size != compressed || header < 0) {
      throw UnreadablePt2.archive(
          "entry '%s': %d bytes stored in %d at %d", Text.excerpt(name), size, compressed, header);
    }
    return new Entry(name, size, crc, header);
  }

  /** The values of the zip64 field, or nothing. */
  private static ByteBuffer zip64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      if (length > extra.remaining()) {
        throw UnreadablePt2.archive(
            "an extra field claims %d bytes, %d are left", length, extra.remaining());
      }
      if (id == ZIP64_EXTRA) {
        return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(ByteBuffer zip64) {
    if (zip64.remaining() < Long.BYTES) {
      throw UnreadablePt2.archive("a zip64 size is missing");
    }
    return zip64.getLong();
  }

  private static String name(ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw UnreadablePt2.archive("an entry's name is no UTF-8 text");
    }
  }
}

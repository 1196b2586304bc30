package dev.fovea.onnx.export.archive;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * A zip file of uncompressed entries, read at random. When it is open, entry names are unique (also
 * in their case), and their bytes lie inside the file without overlap, so that the sum of all
 * entries is never more than the file.
 */
final class StoredZip implements AutoCloseable {
  private static final int HEADER_BYTES = 30;
  private static final int HEADER_SIGNATURE = 0x04034b50;

  private record Stored(ZipDirectory.Entry entry, long start) {}

  private final FileChannel file;
  private final long bytes;
  private final Map<String, Stored> entries;

  private StoredZip(FileChannel file, long bytes, Map<String, Stored> entries) {
    this.file = file;
    this.bytes = bytes;
    this.entries = entries;
  }

  static StoredZip open(Path path, Pt2Limits limits) throws IOException {
    var file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      long bytes = file.size();
      if (bytes > limits.maxArchiveBytes()) {
        throw UnreadablePt2.tooLarge("%d bytes (expected: <= %d)", bytes, limits.maxArchiveBytes());
      }
      return new StoredZip(file, bytes, locate(file, ZipDirectory.read(file, limits)));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  Set<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Size of the whole file. */
  long bytes() {
    return bytes;
  }

  long size(String name) {
    return entry(name).entry.size();
  }

  /** The whole entry, verified by its checksum. */
  ByteBuffer read(String name, int maxBytes) throws IOException {
    var stored = entry(name);
    if (stored.entry.size() > maxBytes) {
      throw UnreadablePt2.tooLarge(
          "entry '%s' has %d bytes (expected: <= %d)",
          Text.excerpt(name), stored.entry.size(), maxBytes);
    }
    var bytes = Slices.read(file, stored.start, (int) stored.entry.size());
    var crc = new CRC32();
    crc.update(bytes.duplicate());
    if (crc.getValue() != stored.entry.crc()) {
      throw UnreadablePt2.archive(
          "entry '%s' is damaged: checksum %08x (expected: %08x)",
          Text.excerpt(name), crc.getValue(), stored.entry.crc());
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private Stored entry(String name) {
    var stored = entries.get(name);
    if (stored == null) {
      throw UnreadablePt2.archive("entry '%s' is missing", Text.excerpt(name));
    }
    return stored;
  }

  private static Map<String, Stored> locate(FileChannel file, ZipDirectory.Listing listing)
      throws IOException {
    var byName = new TreeMap<String, Stored>();
    var folded = new HashMap<String, String>();
    var inOrder =
        listing.entries().stream()
            .sorted(Comparator.comparingLong(ZipDirectory.Entry::header))
            .toList();
    long free = 0;
    for (var entry : inOrder) {
      var earlier = folded.put(entry.name().toLowerCase(Locale.ROOT), entry.name());
      if (earlier != null) {
        throw UnreadablePt2.archive(
            "entries '%s' and '%s' have the same name",
            Text.excerpt(earlier), Text.excerpt(entry.name()));
      }
      long start = start(file, entry, free, listing.start());
      free = start + entry.size();
      byName.put(entry.name(), new Stored(entry, start));
    }
    return byName;
  }

  /** Offset of the entry's bytes, which must lie between the previous entry and the directory. */
  private static long start(FileChannel file, ZipDirectory.Entry entry, long free, long end)
      throws IOException {
    if (entry.header() < free || entry.header() > end - HEADER_BYTES) {
      throw overlap(entry);
    }
    var header = Slices.read(file, entry.header(), HEADER_BYTES);
    long start =
        entry.header()
            + HEADER_BYTES
            + Short.toUnsignedInt(header.getShort(26))
            + Short.toUnsignedInt(header.getShort(28));
    if (header.getInt(0) != HEADER_SIGNATURE
        || header.getShort(8) != 0
        || start > end
        || entry.size() > end - start) {
      throw overlap(entry);
    }
    return start;
  }

  private static UnreadablePt2 overlap(ZipDirectory.Entry entry) {
    return UnreadablePt2.archive(
        "entry '%s' of %d bytes at %d overlaps others, leaves the file or has no plain header",
        Text.excerpt(entry.name()), entry.size(), entry.header());
  }
}

package dev.fovea.dvc.pack;

import dev.fovea.dvc.Md5;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes one pack after the other, in the same memory. */
public final class PackBuilder {
  /** How many bytes of objects a pack has at most, in bytes. */
  public static final int FULL = 64 << 20;

  /** What is larger is no small object, in bytes. */
  public static final int SMALL = 1 << 20;

  private final byte[] bytes;
  private final List<PackIndex.Entry> entries = new ArrayList<>();
  private int length;

  /**
   * @param objects how many bytes all objects of any of the packs have at most
   */
  public PackBuilder(int objects) {
    bytes = new byte[PackIndex.PACK_HEADER + objects];
    ByteBuffer.wrap(bytes).putLong(PackIndex.PACK_MAGIC).putInt(PackIndex.VERSION);
    length = PackIndex.PACK_HEADER;
  }

  /**
   * A pack that is finished; its bytes are there until the next one is begun.
   *
   * @param digest of all its bytes
   * @param length how many it has
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Pack(Digest digest, byte[] bytes, int length, PackIndex index) {}

  /** Begins anew. */
  public void begin() {
    entries.clear();
    length = PackIndex.PACK_HEADER;
  }

  /**
   * Takes a file.
   *
   * @param size how many bytes it has
   * @return the MD5 of what was read: 32 hex digits
   */
  public String add(Path file, int size) throws IOException {
    if (size > PackIndex.MOST_OBJECT || entries.size() == PackIndex.MOST_OBJECTS) {
      throw new IllegalArgumentException(
          "object %d of %d bytes (expected: at most %d of at most %d)"
              .formatted(entries.size() + 1, size, PackIndex.MOST_OBJECTS, PackIndex.MOST_OBJECT));
    }
    var to = ByteBuffer.wrap(bytes, length, size);
    try (var from = FileChannel.open(file)) {
      while (to.hasRemaining() && from.read(to) >= 0) {
        // All of it, or as much as there is: then its MD5 is another.
      }
    }
    int read = to.position() - length;
    var md5 = Md5.hasher();
    md5.update(bytes, length, read);
    var sha256 = Digest.hasher();
    sha256.update(bytes, length, read);
    var entry = new PackIndex.Entry(md5.digest(), sha256.digest(), length, read);
    entries.add(entry);
    length += read;
    return HexFormat.of().formatHex(entry.md5());
  }

  /** All that was taken; at least one object, and none twice. */
  public Pack finish() {
    var sha256 = Digest.hasher();
    sha256.update(bytes, 0, length);
    var digest = new Digest(HexFormat.of().formatHex(sha256.digest()));
    return new Pack(digest, bytes, length, PackIndex.of(digest, length, entries, entries.size()));
  }

  /** Neighbours that go into one pack. */
  public record Share(int from, int to, int bytes) {}

  /**
   * Divides objects among packs, in their order.
   *
   * @param sizes of each, at most {@link #SMALL}
   */
  public static List<Share> shares(long[] sizes) {
    var shares = new ArrayList<Share>();
    int from = 0;
    long sum = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (i > from && (sum + sizes[i] > FULL || i - from == PackIndex.MOST_OBJECTS)) {
        shares.add(new Share(from, i, (int) sum));
        from = i;
        sum = 0;
      }
      sum += sizes[i];
    }
    if (from < sizes.length) {
      shares.add(new Share(from, sizes.length, (int) sum));
    }
    return shares;
  }
}

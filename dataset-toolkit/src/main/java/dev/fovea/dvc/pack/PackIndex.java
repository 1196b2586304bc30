package dev.fovea.dvc.pack;

import dev.fovea.kernel.Digest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * Which objects a pack holds, and where: as it lies at the remote, 64 bytes an object, in the order
 * of their MD5s. What is read is refused unless every byte of the pack belongs to one object.
 *
 * <p>Numbers are big-endian. A header of 56 bytes: {@code FOVEAIDX}, the version (4 bytes), how
 * many objects (4), how many bytes the pack has (8), the pack's SHA-256 (32). Then each object: MD5
 * (16), SHA-256 (32), where it begins in the pack (8), how many bytes it has (8). Then the SHA-256
 * of all before (32).
 */
public final class PackIndex {
  /** Of one pack. */
  public static final int MOST_OBJECTS = 1 << 16;

  /** Of one pack, in bytes. */
  public static final int MOST_PACK = 128 << 20;

  /** Of one object, in bytes. */
  public static final int MOST_OBJECT = 4 << 20;

  /** Where the first object of a pack begins. */
  static final int PACK_HEADER = 16;

  static final int VERSION = 1;
  static final long PACK_MAGIC = 0x464f56454150434bL; // FOVEAPCK
  private static final long MAGIC = 0x464f564541494458L; // FOVEAIDX
  private static final int HEADER = 56;

  /** How many bytes an index has for each object. */
  static final int ENTRY = 64;

  private static final int SHA256 = 32;
  private static final int ENTRY_SHA256 = 16;
  private static final int ENTRY_OFFSET = 48;
  private static final int ENTRY_LENGTH = 56;

  /** The longest that an index may be, in bytes. */
  public static final int MOST_BYTES = HEADER + MOST_OBJECTS * ENTRY + SHA256;

  private final String name;
  private final ByteBuffer bytes;
  private final int size;
  private final int[] byOffset;

  private PackIndex(String name, ByteBuffer bytes, int size) {
    this.name = name;
    this.bytes = bytes;
    this.size = size;
    this.byOffset =
        IntStream.range(0, size)
            .boxed()
            .sorted((i, j) ->
                offset(i) == offset(j)
                    ? Integer.compare(length(i), length(j))
                    : Long.compareUnsigned(offset(i), offset(j)))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /**
   * One object of a pack that is being made.
   *
   * @param md5 16 bytes
   * @param sha256 32 bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Entry(byte[] md5, byte[] sha256, int offset, int length) {}

  /**
   * That of a pack that was made just now.
   *
   * @param pack its SHA-256
   * @param packBytes how long it is
   */
  static PackIndex of(Digest pack, int packBytes, Iterable<Entry> entries, int size) {
    var sorted = new Entry[size];
    int n = 0;
    for (var entry : entries) {
      sorted[n++] = entry;
    }
    Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.md5, b.md5));
    var to = ByteBuffer.allocate(HEADER + size * ENTRY + SHA256);
    to.putLong(MAGIC).putInt(VERSION).putInt(size).putLong(packBytes);
    to.put(HexFormat.of().parseHex(pack.hex()));
    for (var entry : sorted) {
      to.put(entry.md5).put(entry.sha256).putLong(entry.offset).putLong(entry.length);
    }
    to.put(sha256(to.array(), to.position()));
    return read(pack.hex(), to.array());
  }

  private static byte[] sha256(byte[] bytes, int length) {
    var hasher = Digest.hasher();
    hasher.update(bytes, 0, length);
    return hasher.digest();
  }

  /**
   * Reads one.
   *
   * @param name that of the pack: 64 hex digits
   * @throws PackRefused when it says what can't be
   */
  public static PackIndex read(String name, byte[] bytes) {
    var from = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    require(bytes.length >= HEADER + ENTRY + SHA256, name, "%d bytes are too few", bytes.length);
    require(from.getLong(0) == MAGIC, name, "it does not begin with FOVEAIDX");
    int version = from.getInt(8);
    require(version == VERSION, name, "version %d (expected: %d)", version, VERSION);
    int size = from.getInt(12);
    require(
        size > 0 && size <= MOST_OBJECTS,
        name,
        "it says that there are %s objects (expected: 1 to %d)",
        Integer.toUnsignedString(size),
        MOST_OBJECTS);
    int whole = HEADER + size * ENTRY + SHA256;
    require(
        bytes.length == whole,
        name,
        "%d bytes (expected: %d, for %d objects)",
        bytes.length,
        whole,
        size);
    require(
        Arrays.equals(
            sha256(bytes, whole - SHA256), Arrays.copyOfRange(bytes, whole - SHA256, whole)),
        name,
        "its checksum is not that of its bytes");
    var pack = HexFormat.of().formatHex(bytes, HEADER - SHA256, HEADER);
    require(pack.equals(name), name, "it is the index of the pack %s", pack);
    long packBytes = from.getLong(16);
    require(
        packBytes >= PACK_HEADER && packBytes <= MOST_PACK,
        name,
        "it says that the pack has %s bytes (expected: %d to %d)",
        Long.toUnsignedString(packBytes),
        PACK_HEADER,
        MOST_PACK);
    for (int i = 0; i < size; i++) {
      requireObject(name, from, i, packBytes);
    }
    var index = new PackIndex(name, from, size);
    index.requireWhole();
    return index;
  }

  private static void requireObject(String name, ByteBuffer from, int i, long packBytes) {
    int at = HEADER + i * ENTRY;
    var md5 =
        HexFormat.of().toHexDigits(from.getLong(at))
            + HexFormat.of().toHexDigits(from.getLong(at + 8));
    if (i > 0) {
      int order = Long.compareUnsigned(from.getLong(at - ENTRY), from.getLong(at));
      order =
          order == 0
              ? Long.compareUnsigned(from.getLong(at - ENTRY + 8), from.getLong(at + 8))
              : order;
      require(order != 0, name, "it has the object %s twice", md5);
      require(order < 0, name, "the object %s is not in the order of MD5s", md5);
    }
    long offset = from.getLong(at + ENTRY_OFFSET);
    long length = from.getLong(at + ENTRY_LENGTH);
    require(
        length >= 0 && length <= MOST_OBJECT,
        name,
        "the object %s has %s bytes (expected: at most %d)",
        md5,
        Long.toUnsignedString(length),
        MOST_OBJECT);
    require(
        offset >= PACK_HEADER && offset <= packBytes - length,
        name,
        "the object %s has %d bytes from byte %s on, and the pack has %d",
        md5,
        length,
        Long.toUnsignedString(offset),
        packBytes);
  }

  /** Every byte belongs to one object, and none to two. */
  private void requireWhole() {
    long end = PACK_HEADER;
    for (int i : byOffset) {
      require(
          offset(i) >= end,
          name,
          "the object %s begins at byte %d, where another one is that ends at %d",
          md5(i),
          offset(i),
          end);
      require(offset(i) == end, name, "the bytes %d to %d belong to no object", end, offset(i));
      end = offset(i) + length(i);
    }
    require(end == packBytes(), name, "the bytes %d to %d belong to no object", end, packBytes());
  }

  private static void require(boolean holds, String name, String fault, Object... values) {
    if (!holds) {
      throw PackRefused.index(name, fault.formatted(values));
    }
  }

  /** That of the pack: 64 hex digits, its SHA-256. */
  public String name() {
    return name;
  }

  /** How many objects the pack holds. */
  public int size() {
    return size;
  }

  /** How many bytes the pack has. */
  public int packBytes() {
    return (int) bytes.getLong(16);
  }

  private int at(int i) {
    return HEADER + i * ENTRY;
  }

  /** The first eight bytes of an object's MD5. */
  long high(int i) {
    return bytes.getLong(at(i));
  }

  /** The last eight bytes of it. */
  long low(int i) {
    return bytes.getLong(at(i) + 8);
  }

  /** An object's name: 32 hex digits. */
  public String md5(int i) {
    return HexFormat.of().toHexDigits(high(i)) + HexFormat.of().toHexDigits(low(i));
  }

  private byte[] sha256(int i) {
    var sha256 = new byte[SHA256];
    bytes.get(at(i) + ENTRY_SHA256, sha256);
    return sha256;
  }

  /** Whether some bytes have the SHA-256 that is said of an object. */
  public boolean isOf(int i, byte[] object) {
    return Arrays.equals(sha256(i), Digest.hasher().digest(object));
  }

  /** Whether an object is said to be, by length and SHA-256, what another index says of one. */
  boolean same(int i, PackIndex other, int j) {
    return length(i) == other.length(j) && Arrays.equals(sha256(i), other.sha256(j));
  }

  /** Where an object begins in the pack. */
  public long offset(int i) {
    return bytes.getLong(at(i) + ENTRY_OFFSET);
  }

  /** How many bytes an object has. */
  public int length(int i) {
    return (int) bytes.getLong(at(i) + ENTRY_LENGTH);
  }

  /** The number of the object that lies at a place in the pack, from 0. */
  public int atPlace(int place) {
    return byOffset[place];
  }

  /**
   * Where the last object ends that ends at or before a byte of the pack, but not before another.
   */
  long endBefore(long byteNumber, long least) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = (from + to) >>> 1;
      int i = byOffset[middle];
      if (offset(i) + length(i) <= byteNumber) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    long end = from == 0 ? 0 : offset(byOffset[from - 1]) + length(byOffset[from - 1]);
    return Math.max(end, least);
  }

  /** The first object whose MD5 is not less than a number. */
  int notBefore(long high) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (Long.compareUnsigned(high(middle), high) < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** As it lies at the remote. */
  public byte[] bytes() {
    var copy = new byte[bytes.capacity()];
    bytes.get(0, copy);
    return copy;
  }
}

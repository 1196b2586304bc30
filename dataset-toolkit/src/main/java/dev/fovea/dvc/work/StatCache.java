package dev.fovea.dvc.work;

import dev.fovea.dvc.work.Snapshot.Hash;
import dev.fovea.dvc.work.Snapshot.Hashed;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Optional;
import java.util.zip.CRC32;

/*
 * One file for each folder that is tracked, so that an unchanged tree costs no hashing:
 *
 *   8 bytes   "FVSTAT01"
 *   36 bytes  the folder's name in DVC, ASCII
 *   int       how many files
 *   a file:   long bytes, long modified, long inode, long md5 (first half), long md5 (second half),
 *             short n, n bytes of its path in UTF-8
 *   8 bytes   CRC-32 of everything before
 *
 * A file that is not exactly that counts as none: then everything is hashed once more.
 */
/** Remembers the snapshot of each folder between commands. */
final class StatCache {
  private static final byte[] MAGIC = "FVSTAT01".getBytes(StandardCharsets.US_ASCII);
  private static final int NAME = 36;
  private static final int FIXED = 5 * Long.BYTES + Short.BYTES;
  private static final long MOST_BYTES = 1L << 30;

  /**
   * A file that was written this shortly before it was hashed may have been written again within
   * the same tick of the file system's clock: it is hashed again next time.
   */
  private static final long TICK_NANOS = 20_000_000;

  private final Path folder;

  /**
   * @param folder where the files lie
   */
  StatCache(Path folder) {
    this.folder = folder;
  }

  /** The snapshot that was last kept of a folder. */
  Optional<Snapshot> read(String tracked) throws IOException {
    var file = file(tracked);
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      return Optional.empty();
    }
    var bytes = Files.readAllBytes(file);
    try {
      return parse(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<Snapshot> parse(ByteBuffer bytes) {
    int end = bytes.limit() - Long.BYTES;
    if (end < 0 || bytes.getLong(end) != checksum(bytes.slice(0, end))) {
      return Optional.empty();
    }
    var magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      return Optional.empty();
    }
    var name = text(bytes, NAME);
    int count = bytes.getInt();
    if (count < 0 || (long) count * FIXED > bytes.remaining()) {
      return Optional.empty();
    }
    var files = new ArrayList<Hashed>(count);
    for (int i = 0; i < count; i++) {
      long size = bytes.getLong();
      long modified = bytes.getLong();
      long inode = bytes.getLong();
      var md5 = new Hash(bytes.getLong(), bytes.getLong());
      var path = text(bytes, Short.toUnsignedInt(bytes.getShort()));
      files.add(new Hashed(new FileStat(path, size, modified, inode), md5));
    }
    return Optional.of(new Snapshot(files, name));
  }

  private static String text(ByteBuffer bytes, int length) {
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    var text =
        new String(
            bytes.array(), bytes.arrayOffset() + bytes.position(), length, StandardCharsets.UTF_8);
    bytes.position(bytes.position() + length);
    return text;
  }

  private static long checksum(ByteBuffer bytes) {
    var checksum = new CRC32();
    checksum.update(bytes);
    return checksum.getValue();
  }

  /**
   * Keeps a snapshot; a command that is killed meanwhile leaves the one before.
   *
   * @param looked when its files were looked at, in nanoseconds since 1970
   */
  void write(String tracked, Snapshot snapshot, long looked) throws IOException {
    Files.createDirectories(folder);
    var file = file(tracked);
    var paths =
        snapshot.files().stream()
            .map(each -> each.file().path().getBytes(StandardCharsets.UTF_8))
            .toList();
    long length = (long) MAGIC.length + NAME + Integer.BYTES + Long.BYTES;
    for (var path : paths) {
      length += FIXED + path.length;
    }
    if (length > MOST_BYTES) {
      return; // then it is hashed again
    }
    var bytes = ByteBuffer.allocate((int) length);
    bytes.put(MAGIC).put(snapshot.name().getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(paths.size());
    for (int i = 0; i < paths.size(); i++) {
      var each = snapshot.files().get(i);
      boolean sure = each.file().modified() < looked - TICK_NANOS;
      bytes.putLong(each.file().bytes());
      bytes.putLong(sure ? each.file().modified() : -1);
      bytes.putLong(each.file().inode());
      bytes.putLong(each.md5().high()).putLong(each.md5().low());
      bytes.putShort((short) paths.get(i).length).put(paths.get(i));
    }
    bytes.putLong(checksum(bytes.slice(0, bytes.position())));
    var fresh = Files.createTempFile(folder, "stat", ".new");
    try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      bytes.flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
    AtomicFiles.replace(fresh, file);
  }

  private Path file(String tracked) {
    return folder.resolve(
        dev.fovea.dvc.Md5.hex(tracked.getBytes(StandardCharsets.UTF_8)) + ".stat");
  }
}

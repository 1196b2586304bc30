package dev.fovea.dvc.disk;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.Md5Column;
import dev.fovea.dvc.directory.PathColumn;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/*
 * One file for each folder that is tracked, so that an unchanged tree costs no hashing:
 *
 *   8 bytes   "FVSTAT02"
 *   36 bytes  the folder's name in DVC, ASCII
 *   int       n, how many files
 *   int       t, how many bytes their paths have
 *   n longs   bytes of each file
 *   n longs   modified
 *   n longs   inode
 *   n longs   md5, first half
 *   n longs   md5, second half
 *   n ints    where each path ends in the text
 *   t bytes   the paths in UTF-8, in the order of their bytes
 *   8 bytes   CRC-32 of everything before
 *
 * A file that is not exactly that counts as none: then everything is hashed once more.
 */
/** Remembers the snapshot of each folder between commands. */
public final class StatCache {
  private static final byte[] MAGIC = "FVSTAT02".getBytes(StandardCharsets.US_ASCII);
  private static final int NAME = 36;
  private static final int HEAD = 8 + NAME + 2 * Integer.BYTES;
  private static final int FIXED = 5 * Long.BYTES + Integer.BYTES;
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
  public StatCache(Path folder) {
    this.folder = folder;
  }

  /** The snapshot that was last kept of a folder. */
  public Optional<Snapshot> read(String tracked) throws IOException {
    var file = file(tracked);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel);
    } catch (EOFException _) {
      return Optional.empty();
    }
  }

  private static Optional<Snapshot> read(FileChannel channel) throws IOException {
    var columns = new ColumnFile(channel);
    var magic = columns.bytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      return Optional.empty();
    }
    var name = new String(columns.bytes(NAME), StandardCharsets.US_ASCII);
    var sizes = columns.ints(2);
    int files = sizes[0];
    int text = sizes[1];
    long length = HEAD + (long) files * FIXED + text + Long.BYTES;
    if (files < 0 || text < 0 || length > MOST_BYTES || length != channel.size()) {
      return Optional.empty();
    }
    var bytes = columns.longs(files);
    var modified = columns.longs(files);
    var inodes = columns.longs(files);
    var md5s = new Md5Column(columns.longs(files), columns.longs(files));
    var ends = columns.ints(files);
    var paths = new PathColumn(columns.bytes(text), ends);
    long checksum = columns.checksum();
    if (columns.longs(1)[0] != checksum) {
      return Optional.empty();
    }
    return Optional.of(new Snapshot(new FileStats(paths, bytes, modified, inodes), md5s, name));
  }

  /**
   * Keeps a snapshot; a command that is killed meanwhile leaves the one before, and so does a disk
   * that is full or may not be written to: then files are hashed again.
   *
   * @param looked when its files were looked at, in nanoseconds since 1970
   */
  public void write(String tracked, Snapshot snapshot, long looked) throws IOException {
    var stats = snapshot.stats();
    int files = stats.size();
    var text = stats.paths().text();
    if (HEAD + (long) files * FIXED + text.length + Long.BYTES > MOST_BYTES) {
      return; // then it is hashed again
    }
    try {
      Files.createDirectories(folder);
      var fresh = Files.createTempFile(folder, "stat", ".new");
      FreshFiles.writing(fresh, () -> written(fresh, snapshot, looked));
      AtomicFiles.replace(fresh, file(tracked));
    } catch (IOException | WorkProblem _) {
      // The one before is still there.
    }
  }

  private static Path written(Path fresh, Snapshot snapshot, long looked) throws IOException {
    var stats = snapshot.stats();
    int files = stats.size();
    var text = stats.paths().text();
    try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      var columns = new ColumnFile(channel);
      columns.put(MAGIC);
      columns.put(Arrays.copyOf(snapshot.name().getBytes(StandardCharsets.US_ASCII), NAME));
      columns.put(new int[] {files, text.length});
      columns.put(files, stats::bytes);
      columns.put(files, i -> stats.modified(i) < looked - TICK_NANOS ? stats.modified(i) : -1);
      columns.put(files, stats::inode);
      columns.put(files, snapshot.md5s()::high);
      columns.put(files, snapshot.md5s()::low);
      columns.put(stats.paths().ends());
      columns.put(text);
      columns.flush();
      long checksum = columns.checksum();
      columns.put(1, _ -> checksum);
      columns.flush();
    }
    return fresh;
  }

  private Path file(String tracked) {
    return folder.resolve(Md5.hex(tracked.getBytes(StandardCharsets.UTF_8)) + ".stat");
  }
}

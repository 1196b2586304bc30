package dev.fovea.store.filesystem;

import dev.fovea.kernel.Digest;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.StoreUnavailable;
import dev.fovea.store.Transfers;
import dev.fovea.store.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects as read-only files {@code <root>/sha256/ab/cdef…}. A write goes to {@code
 * <root>/unfinished}, is forced to the disk, gets its name by an atomic move, and the folder is
 * forced too before the write is acknowledged.
 *
 * <p>When the disk reports that it couldn't make something durable, nothing can be said of what it
 * holds (fsync(2): an error is reported once, and the pages may be clean afterwards): the store
 * then refuses all writes until it is opened anew.
 */
public final class FilesystemObjectStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(FilesystemObjectStore.class);

  /** A file that a crash left; one that is being written is touched more often. */
  private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

  private static final int FOLDERS = 256;

  private final Path objects;
  private final Path unfinished;
  private final Disk disk;
  private final Transfers transfers;
  private volatile boolean failed;

  /**
   * Opens the store, creating its folders where they don't exist and deleting what crashed writes
   * left.
   */
  public FilesystemObjectStore(Path root) throws IOException {
    this(root, new LocalDisk());
  }

  FilesystemObjectStore(Path root, Disk disk) throws IOException {
    this.disk = disk;
    this.objects = root.resolve("sha256");
    this.unfinished = root.resolve("unfinished");
    this.transfers = new FilesystemTransfers(root.resolve("parts"), disk);
    Files.createDirectories(objects);
    Files.createDirectories(unfinished);
    if (Files.getFileStore(root).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    }
    for (int i = 0; i < FOLDERS; i++) {
      Files.createDirectories(objects.resolve(HexFormat.of().toHexDigits((byte) i)));
    }
    disk.forceFolder(objects);
    disk.forceFolder(root);
    deleteAbandoned();
  }

  @Override
  public Digest put(InputStream bytes) throws IOException {
    if (failed) {
      throw new StoreUnavailable(
          "an earlier write couldn't be made durable, so that no other is accepted",
          "check the disk (dmesg, smartctl), then restart Fovea");
    }
    var file = unfinished.resolve(UUID.randomUUID().toString());
    try {
      var digest = write(disk, bytes, file);
      var target = file(digest);
      if (isWhole(digest)) {
        // Another writer may have named it a moment ago and not yet forced the name.
        durably(() -> disk.forceFolder(target.resolveSibling(".")));
        return digest;
      }
      durably(() -> disk.seal(file));
      written(() -> disk.move(file, target));
      durably(() -> disk.forceFolder(target.resolveSibling(".")));
      return digest;
    } finally {
      drop(file);
    }
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    try {
      var size = size(digest);
      return new VerifiedStream(disk.open(file(digest)), digest, size, () -> {});
    } catch (NoSuchFileException e) {
      throw new NoSuchObject(digest);
    }
  }

  @Override
  public LocalObject local(Digest digest) throws IOException {
    try (var in = open(digest)) {
      in.skip(Long.MAX_VALUE);
    }
    return new InPlace(file(digest));
  }

  @Override
  public boolean exists(Digest digest) {
    return Files.exists(file(digest));
  }

  @Override
  public long size(Digest digest) throws IOException {
    try {
      return Files.size(file(digest));
    } catch (NoSuchFileException e) {
      throw new NoSuchObject(digest);
    }
  }

  @Override
  public Transfers transfers() {
    return transfers;
  }

  private Path file(Digest digest) {
    return objects.resolve(digest.hex().substring(0, 2)).resolve(digest.hex().substring(2));
  }

  /** What the caller's stream throws is the caller's; what the disk throws is the store's. */
  static Digest write(Disk disk, InputStream bytes, Path file) throws IOException {
    var hasher = Digest.hasher();
    var buffer = new byte[1 << 16];
    try (var out = new Guarded(disk, file)) {
      for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
        hasher.update(buffer, 0, n);
        out.write(buffer, n);
      }
    }
    return new Digest(HexFormat.of().formatHex(hasher.digest()));
  }

  /** Whether the object is there with the right bytes; a damaged one is about to be replaced. */
  private boolean isWhole(Digest digest) {
    if (!exists(digest)) {
      return false;
    }
    try (var in = open(digest)) {
      in.skip(Long.MAX_VALUE);
      return true;
    } catch (IOException | ObjectDamaged | NoSuchObject e) {
      LOG.warn("{} is stored again: {}", digest, e.getMessage());
      return false;
    }
  }

  private void durably(DiskAction action) {
    try {
      action.run();
    } catch (IOException e) {
      failed = true;
      LOG.error(
          "a write couldn't be made durable; the object store takes no more until Fovea is restarted",
          e);
      throw unavailable("a write can't be made durable", e);
    }
  }

  private static void written(DiskAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw unavailable("it can't be written", e);
    }
  }

  static StoreUnavailable unavailable(String what, IOException cause) {
    LOG.error("object store: {}", what, cause);
    var problem =
        new StoreUnavailable(
            what,
            "make sure that its disk is neither full nor read-only; Fovea's log has the details");
    problem.initCause(cause);
    return problem;
  }

  private void drop(Path file) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      LOG.warn("{} stays behind and is deleted at a later start", file, e);
    }
  }

  private void deleteAbandoned() throws IOException {
    var limit = Instant.now().minus(ABANDONED_AFTER);
    try (var files = Files.newDirectoryStream(unfinished)) {
      for (var file : files) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
          disk.delete(file);
        }
      }
    }
  }

  private interface DiskAction {
    void run() throws IOException;
  }

  private record InPlace(Path path) implements LocalObject {
    @Override
    public void close() {}
  }
}

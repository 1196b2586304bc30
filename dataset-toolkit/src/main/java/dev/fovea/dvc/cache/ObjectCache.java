package dev.fovea.dvc.cache;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.FreshFiles;
import dev.fovea.dvc.disk.Snapshot.Hash;
import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * DVC's local cache: {@code files/md5/ab/cdef…} under its root, or {@code ab/cdef…} for what DVC 2
 * named. An object is written beside, and moved to its name when it is whole; it is read-only,
 * which DVC takes for "checked" (dvc-data 3.18, {@code hashfile/db/local.py}).
 */
public final class ObjectCache {
  private static final Set<? extends OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<PosixFilePermission> PROTECTED =
      PosixFilePermissions.fromString("r--r--r--");
  private static final FileAttribute<?>[] READ_ONLY = {
    PosixFilePermissions.asFileAttribute(PROTECTED)
  };
  private static final int PREFIXES = 256;
  private static final Duration YOUNG = Duration.ofDays(1);

  /**
   * Of folders that a group shares: its members may write, and what is made there is the group's.
   */
  private static final int SHARED_FOLDER = 02775;

  private final Path root;
  private final Naming naming;
  private final Path objects;
  private final Path unfinished;
  private final boolean posix;
  private final boolean shared;
  private final boolean[] prefixes = new boolean[PREFIXES];

  /**
   * @param root such as {@code .dvc/cache}
   * @param shared whether all members of a group write to it: {@code cache.shared = group}
   */
  public ObjectCache(Path root, boolean shared) throws IOException {
    this(root, shared, Naming.MD5);
  }

  /**
   * @param naming of the objects that are asked for
   */
  public ObjectCache(Path root, boolean shared, Naming naming) throws IOException {
    this.root = root;
    this.shared = shared;
    this.naming = naming;
    objects = objects(root, naming);
    // DVC's gc takes folders of two letters at the root for objects of its older layout.
    unfinished = root.resolve("fovea-unfinished");
    makeFolder(objects);
    makeFolder(unfinished);
    FreshFiles.sweep(unfinished, "*", Clock.systemUTC());
    posix = Files.getFileStore(objects).supportsFileAttributeView("posix");
  }

  /** Where the objects of a cache lie. */
  public static Path objects(Path root, Naming naming) {
    return root.resolve(naming.folder());
  }

  public Naming naming() {
    return naming;
  }

  private void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    if (!shared) {
      Files.createDirectories(folder);
      return;
    }
    makeFolder(AtomicFiles.parent(folder));
    try {
      Files.createDirectory(folder);
      Files.setAttribute(folder, "unix:mode", SHARED_FOLDER);
    } catch (FileAlreadyExistsException _) {
      // Somebody else made it just now.
    }
  }

  /**
   * Makes an object read-only, before a file leads to it. One that another member of the group owns
   * stays as it is.
   */
  void protect(Path object) throws IOException {
    if (posix && !Files.getPosixFilePermissions(object).equals(PROTECTED)) {
      try {
        Files.setPosixFilePermissions(object, PROTECTED);
      } catch (FileSystemException _) {
        // DVC leaves it, too: who may not do so is not who wrote it.
      }
    }
  }

  /** Lets a file of the working copy be written to, by all members of a group that shares. */
  public void unprotect(Path file) throws IOException {
    if (posix) {
      var allowed = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      allowed.add(PosixFilePermission.OWNER_WRITE);
      if (shared) {
        allowed.add(PosixFilePermission.GROUP_WRITE);
      }
      Files.setPosixFilePermissions(file, allowed);
    }
  }

  /** The folder that was given. */
  public Path root() {
    return root;
  }

  /** Makes the file that a lock is taken on, for all who may use the cache. */
  void makeLockFile(Path file) throws IOException {
    try {
      Files.createFile(file);
      if (shared && posix) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
      }
    } catch (FileAlreadyExistsException _) {
      // Somebody else made it just now.
    }
  }

  /** Removes what was begun before a moment and never finished: nobody may write meanwhile. */
  public void removeUnfinished(Instant before) throws IOException {
    FreshFiles.sweep(unfinished, "*", before);
  }

  /** Where all objects lie. */
  public Path objects() {
    return objects;
  }

  /** Where an object lies, whether it is there or not. */
  public Path path(Hash md5, String suffix) {
    var hex = md5.hex();
    return objects.resolve(hex.substring(0, 2)).resolve(hex.substring(2) + suffix);
  }

  /** Where the object of a folder lies. */
  public Path directory(String name) {
    return objects.resolve(name.substring(0, 2)).resolve(name.substring(2));
  }

  public boolean has(Hash md5) {
    return Files.exists(path(md5, ""));
  }

  /** Keeps what has been read and hashed. */
  public void put(Hash md5, String suffix, ByteBuffer bytes) throws IOException {
    var place = path(md5, suffix);
    if (isThere(place)) {
      return;
    }
    var fresh = fresh();
    FreshFiles.writing(
        fresh,
        () -> {
          try (var channel = create(fresh)) {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          }
          return fresh;
        });
    finish(fresh, place);
  }

  /**
   * Keeps the object of a folder, whose files are there already.
   *
   * @throws WorkProblem when it could not be read back: it is too large, or two of its names are
   *     one file on some systems
   */
  public void keep(DvcDirectory directory, String name) throws IOException {
    if (isThere(directory(name))) {
      return;
    }
    try {
      directory.requireNoTwins();
    } catch (DvcMistake e) {
      throw new WorkProblem("the folder " + e.text(), "rename one of them, then repeat");
    }
    try (var writing = writing()) {
      FreshFiles.writing(
          writing.fresh,
          () -> {
            directory.write(Channels.newOutputStream(writing.channel));
            return name;
          });
      FolderObjects.requireReadable(name, writing.channel.size());
      writing.finish(Hash.parse(name.substring(0, 32)), ".dir");
    }
  }

  /**
   * Whether an object is there already. One that is kept again is young again: what needs it may be
   * written down only when its command has ended, as what Git's merge driver makes is.
   */
  private static boolean isThere(Path place) throws IOException {
    if (!Files.exists(place)) {
      return false;
    }
    var now = FileTime.from(Clock.systemUTC().instant());
    if (Files.getLastModifiedTime(place).toInstant().isBefore(now.toInstant().minus(YOUNG))) {
      try {
        Files.setLastModifiedTime(place, now);
      } catch (FileSystemException _) {
        // Another member of the group owns it.
      }
    }
    return true;
  }

  /** An object that is being written; it has no name before its bytes are known. */
  public final class Writing implements AutoCloseable {
    private final Path fresh = fresh();
    private final SeekableByteChannel channel;
    private boolean finished;

    private Writing() throws IOException {
      channel = FreshFiles.writing(fresh, () -> create(fresh));
    }

    public void write(ByteBuffer bytes) throws IOException {
      FreshFiles.writing(
          fresh,
          () -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
            return bytes;
          });
    }

    public void finish(Hash md5, String suffix) throws IOException {
      channel.close();
      ObjectCache.this.finish(fresh, path(md5, suffix));
      finished = true;
    }

    @Override
    public void close() throws IOException {
      channel.close();
      if (!finished) {
        Files.deleteIfExists(fresh);
      }
    }
  }

  public Writing writing() throws IOException {
    return new Writing();
  }

  private Path fresh() {
    return unfinished.resolve(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
  }

  private SeekableByteChannel create(Path file) throws IOException {
    return posix ? FileChannel.open(file, NEW, READ_ONLY) : FileChannel.open(file, NEW);
  }

  private void finish(Path fresh, Path place) throws IOException {
    int prefix = HexFormat.fromHexDigits(String.valueOf(AtomicFiles.parent(place).getFileName()));
    FreshFiles.writing(
        fresh,
        () -> {
          if (!prefixes[prefix]) {
            makeFolder(AtomicFiles.parent(place));
            prefixes[prefix] = true;
          }
          try {
            AtomicFiles.replace(fresh, place);
          } catch (FileAlreadyExistsException _) {
            Files.deleteIfExists(fresh); // the same bytes
          }
          return place;
        });
  }
}

package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.work.Snapshot.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * DVC's local cache: {@code files/md5/ab/cdef…} under its root. An object is written beside, and
 * moved to its name when it is whole; it is read-only, which DVC takes for "checked" (dvc-data
 * 3.18, {@code hashfile/db/local.py}).
 */
final class ObjectCache {
  private static final Set<? extends OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final FileAttribute<?>[] READ_ONLY = {
    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--r--r--"))
  };
  private static final int PREFIXES = 256;

  private final Path objects;
  private final Path unfinished;
  private final boolean posix;
  private final boolean[] prefixes = new boolean[PREFIXES];

  /**
   * @param root such as {@code .dvc/cache}
   */
  ObjectCache(Path root) throws IOException {
    objects = root.resolve("files").resolve("md5");
    // DVC's gc takes folders of two letters at the root for objects of its older layout.
    unfinished = root.resolve("fovea-unfinished");
    Files.createDirectories(objects);
    Files.createDirectories(unfinished);
    FreshFiles.sweep(unfinished, "*", Clock.systemUTC());
    posix = Files.getFileStore(objects).supportsFileAttributeView("posix");
  }

  /** Where all objects lie. */
  Path objects() {
    return objects;
  }

  /** Where an object lies, whether it is there or not. */
  Path path(Hash md5, String suffix) {
    var hex = md5.hex();
    return objects.resolve(hex.substring(0, 2)).resolve(hex.substring(2) + suffix);
  }

  /** Where the object of a folder lies. */
  Path directory(String name) {
    return objects.resolve(name.substring(0, 2)).resolve(name.substring(2));
  }

  boolean has(Hash md5) {
    return Files.exists(path(md5, ""));
  }

  /** Keeps what has been read and hashed. */
  void put(Hash md5, String suffix, ByteBuffer bytes) throws IOException {
    var place = path(md5, suffix);
    if (Files.exists(place)) {
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
  void keep(DvcDirectory directory, String name) throws IOException {
    if (Files.exists(directory(name))) {
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

  /** An object that is being written; it has no name before its bytes are known. */
  final class Writing implements AutoCloseable {
    private final Path fresh = fresh();
    private final SeekableByteChannel channel;
    private boolean finished;

    private Writing() throws IOException {
      channel = FreshFiles.writing(fresh, () -> create(fresh));
    }

    void write(ByteBuffer bytes) throws IOException {
      FreshFiles.writing(
          fresh,
          () -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
            return bytes;
          });
    }

    void finish(Hash md5, String suffix) throws IOException {
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

  Writing writing() throws IOException {
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
            Files.createDirectories(AtomicFiles.parent(place));
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

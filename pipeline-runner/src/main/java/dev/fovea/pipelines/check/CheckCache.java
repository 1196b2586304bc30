package dev.fovea.pipelines.check;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Folders;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.pipelines.artefact.Artefacts.Notes;
import dev.fovea.store.ConfiguredStore;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * What checks made before, in a folder of the user's: models, evaluations and profiles by their
 * digests, and notes of which recipe made which. One process has it at a time. It is emptied when
 * it has grown beyond its bound, and may be removed at any time when no check runs.
 */
public final class CheckCache implements Notes, AutoCloseable {
  private static final String OBJECTS = "objects";
  private static final String NOTES = "made";
  private static final int NOTE_BYTES = 128;

  private final Path folder;
  private final FileChannel lock;

  private CheckCache(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Opens it, and makes it where it is not there; waits while another process has it.
   *
   * @param mostBytes above which it is emptied first
   * @throws InvalidRequest when the folder holds something else
   */
  public static CheckCache open(Path folder, long mostBytes) throws IOException {
    if (Files.exists(folder) && !isOwn(folder)) {
      throw new InvalidRequest(
          "%s is no cache of checks: it is or holds something else".formatted(folder),
          "name another folder with --cache, one that is empty or not there yet");
    }
    Files.createDirectories(folder);
    var lock =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock.lock();
      var cache = new CheckCache(folder, lock);
      if (cache.bytes() > mostBytes) {
        cache.clear();
      }
      Files.createDirectories(folder.resolve(NOTES));
      return cache;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Its objects. */
  public ObjectStore objects() throws IOException {
    return ConfiguredStore.inFolder(folder.resolve(OBJECTS));
  }

  /** Removes all that was kept. */
  public void clear() throws IOException {
    Folders.remove(folder.resolve(NOTES));
    Folders.remove(folder.resolve(OBJECTS));
    Files.createDirectories(folder.resolve(NOTES));
  }

  /** A note that is none counts as not there. */
  @Override
  public Optional<Digest> find(Digest key) throws IOException {
    var note = note(key);
    if (!Files.isRegularFile(note) || Files.size(note) > NOTE_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(Files.readString(note)));
    } catch (IllegalArgumentException | CharacterCodingException _) {
      return Optional.empty();
    }
  }

  @Override
  public void keep(Digest key, Digest output) throws IOException {
    var fresh = Files.createTempFile(folder.resolve(NOTES), "fresh", "");
    Files.writeString(fresh, output.toString());
    Files.move(fresh, note(key), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private Path note(Digest key) {
    return folder.resolve(NOTES).resolve(key.hex());
  }

  private static boolean isOwn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (var all = Files.list(folder)) {
      return all.map(each -> String.valueOf(each.getFileName()))
          .allMatch(name -> name.equals("lock") || name.equals(OBJECTS) || name.equals(NOTES));
    }
  }

  private long bytes() throws IOException {
    var sum =
        new SimpleFileVisitor<Path>() {
          private long bytes;

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        };
    Files.walkFileTree(folder, sum);
    return sum.bytes;
  }
}

package dev.fovea.dvc.cache;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.kernel.MeteredStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;
import java.util.Optional;

/** Reads the objects of folders as they come, checked and bounded, from the cache or a remote. */
public final class FolderObjects {
  private static final int MOST_FILES = 5_000_000;

  /** About three million files. */
  private static final long MOST_BYTES = 256L << 20;

  private FolderObjects() {}

  /**
   * From the cache.
   *
   * @throws WorkProblem when it is not there, too large, damaged, or no folder
   */
  public static DvcDirectory read(ObjectCache cache, String name) throws IOException {
    var file = file(cache, name);
    try (var in = Files.newInputStream(file)) {
      return read(
          in,
          name,
          "in the cache",
          "remove %s, then run: fovea dataset pull".formatted(file),
          "track the folder again: fovea dataset add");
    }
  }

  private static Path file(ObjectCache cache, String name) throws IOException {
    var file = cache.directory(name);
    if (!Files.exists(file)) {
      throw new WorkProblem(
          "the object %s is not in the cache".formatted(name), "run: fovea dataset pull");
    }
    requireReadable(name, Files.size(file));
    return file;
  }

  /**
   * From the cache, else from a remote; absent where neither has it.
   *
   * @throws WorkProblem when it is too large, damaged, or no folder
   */
  public static Optional<DvcDirectory> read(ObjectCache cache, Remote remote, String name)
      throws IOException {
    if (Files.exists(cache.directory(name))) {
      return Optional.of(read(cache, name));
    }
    var in = remote.open(name);
    if (in.isEmpty()) {
      return Optional.empty();
    }
    try (var stream = in.get()) {
      var remedy = "have whoever has the folder push it again";
      return Optional.of(read(stream, name, "at " + remote.address(), remedy, remedy));
    }
  }

  /**
   * Whether the cache has an object, and those of all its files.
   *
   * @param name of it, which tells whether it is a folder's
   */
  public static boolean isWhole(ObjectCache cache, String name) throws IOException {
    if (!Files.exists(cache.directory(name))) {
      return false;
    }
    return !name.endsWith(".dir")
        || read(cache, name).entries().stream()
            .allMatch(entry -> Files.exists(cache.directory(entry.md5())));
  }

  /**
   * Refuses one that could not be read back.
   *
   * @throws WorkProblem when it is too large
   */
  static void requireReadable(String name, long bytes) {
    if (bytes > MOST_BYTES) {
      throw new WorkProblem(
          "the folder's object %s is too large: %d bytes (expected: at most %d, about %d million files)"
              .formatted(name, bytes, MOST_BYTES, MOST_BYTES / 90_000_000),
          "split the folder, and track its parts");
    }
  }

  private static DvcDirectory read(
      InputStream in, String name, String where, String ifDamaged, String ifNone)
      throws IOException {
    var md5 = Md5.hasher();
    var bounded = new Bounded(in, name);
    var hashed = new DigestInputStream(bounded, md5);
    Optional<DvcDirectory> directory = Optional.empty();
    var mistake = "";
    try {
      directory = Optional.of(DvcDirectory.read(hashed, MOST_FILES));
    } catch (DvcMistake e) {
      mistake = e.text();
    }
    // What is damaged is seldom a list, too: that its bytes are others says more.
    hashed.transferTo(OutputStream.nullOutputStream());
    requireUndamaged(name, HexFormat.of().formatHex(md5.digest()), where, ifDamaged);
    var what = mistake;
    return directory.orElseThrow(() -> new WorkProblem("%s: %s".formatted(name, what), ifNone));
  }

  private static void requireUndamaged(String name, String md5, String where, String remedy) {
    if (!name.startsWith(md5)) {
      throw new WorkProblem(
          "the object %s %s is damaged: its bytes have the MD5 %s".formatted(name, where, md5),
          remedy);
    }
  }

  /** An object that does not end where it should is not read on. */
  private static final class Bounded extends MeteredStream {
    private final String name;
    private long bytes;

    Bounded(InputStream in, String name) {
      super(in);
      this.name = name;
    }

    @Override
    protected void passed(long more) {
      bytes += more;
      requireReadable(name, bytes);
    }
  }
}

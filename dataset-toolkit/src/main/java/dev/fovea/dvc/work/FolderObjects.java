package dev.fovea.dvc.work;

import dev.fovea.dvc.DirectoryEntries;
import dev.fovea.dvc.DvcDirectory;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.remote.Remote;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Reads the objects of folders, checked and bounded, from the cache or a remote. */
final class FolderObjects {
  private static final int MOST_FILES = 5_000_000;
  private static final int MOST_BYTES = 1 << 30;

  private FolderObjects() {}

  /**
   * From the cache.
   *
   * @throws WorkProblem when it is not there, damaged, or no folder
   */
  static DvcDirectory read(ObjectCache cache, String name) throws IOException {
    return parse(cache.read(name, MOST_BYTES), name, "track the folder again: fovea dataset add");
  }

  /**
   * Its entries from the cache, for those who only compare or list them.
   *
   * @throws WorkProblem when it is not there, damaged, or no folder
   */
  static DirectoryEntries entries(ObjectCache cache, String name) throws IOException {
    try {
      return DirectoryEntries.of(cache.read(name, MOST_BYTES), MOST_FILES);
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s: %s".formatted(name, e.text()), "track the folder again: fovea dataset add");
    }
  }

  /**
   * From the cache, else from a remote; absent where neither has it.
   *
   * @throws WorkProblem when it is damaged, or no folder
   */
  static Optional<DvcDirectory> read(ObjectCache cache, Remote remote, String name)
      throws IOException {
    if (Files.exists(cache.directory(name))) {
      return Optional.of(read(cache, name));
    }
    var in = remote.open(name);
    if (in.isEmpty()) {
      return Optional.empty();
    }
    try (var stream = in.get()) {
      var bytes = stream.readNBytes(MOST_BYTES);
      var found = Md5.hex(bytes);
      if (!name.startsWith(found)) {
        throw new WorkProblem(
            "the object %s at %s is damaged: its bytes have the MD5 %s"
                .formatted(name, remote.address(), found),
            "have whoever has the folder push it again");
      }
      return Optional.of(parse(bytes, name, "have whoever has the folder push it again"));
    }
  }

  /** Whether the cache has all objects of something that is tracked. */
  static boolean isWhole(ObjectCache cache, Tracked tracked) throws IOException {
    if (!Files.exists(cache.directory(tracked.name()))) {
      return false;
    }
    return !tracked.file().isFolder()
        || read(cache, tracked.name()).entries().stream()
            .allMatch(entry -> Files.exists(cache.directory(entry.md5())));
  }

  private static DvcDirectory parse(byte[] bytes, String name, String remedy) throws IOException {
    try {
      return DvcDirectory.read(new ByteArrayInputStream(bytes), MOST_FILES);
    } catch (DvcMistake e) {
      throw new WorkProblem("%s: %s".formatted(name, e.text()), remedy);
    }
  }
}

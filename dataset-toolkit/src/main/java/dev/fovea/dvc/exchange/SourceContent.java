package dev.fovea.dvc.exchange;

import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Optional;

/**
 * What a path of another repository holds, and what DVC names it here.
 *
 * @param name 32 hex digits, and {@code .dir} behind those of a folder
 * @param files of a folder; empty for a single file
 */
record SourceContent(String name, Optional<DvcDirectory> files) {
  /** How much it is. */
  record Sizes(int files, long bytes) {}

  /**
   * Finds out, by the folder's object where there is one.
   *
   * @throws WorkProblem when nobody has that object, or it has no such part
   */
  static SourceContent of(SourceRepository.Found found, ObjectCache cache, Remote remote)
      throws IOException {
    var tracked = found.tracked();
    if (!tracked.file().isFolder()) {
      if (!found.below().isEmpty()) {
        throw new WorkProblem(
            "'%s' is a file, and has no '%s'".formatted(tracked.path(), found.below()),
            "import the file itself");
      }
      return new SourceContent(tracked.name(), Optional.empty());
    }
    var directory =
        FolderObjects.read(cache, remote, tracked.name())
            .orElseThrow(() ->
                new WorkProblem(
                    "%s lacks the folder %s, the object %s"
                        .formatted(remote.address(), tracked.path(), tracked.name()),
                    "have its owner push it: dvc push"));
    return found.below().isEmpty()
        ? new SourceContent(directory.name(), Optional.of(directory))
        : part(directory, found.below(), tracked.path());
  }

  private static SourceContent part(DvcDirectory directory, String below, String folder) {
    for (var entry : directory.entries()) {
      if (entry.path().equals(below)) {
        return new SourceContent(entry.md5(), Optional.empty());
      }
    }
    var entries =
        directory.entries().stream()
            .filter(entry -> entry.path().startsWith(below + "/"))
            .map(entry -> new Entry(entry.md5(), entry.path().substring(below.length() + 1)))
            .toList();
    if (entries.isEmpty()) {
      throw new WorkProblem(
          "the folder %s has no '%s'".formatted(folder, Text.excerpt(below)),
          "see what it has: dvc list -R URL %s".formatted(folder));
    }
    var part = new DvcDirectory(entries);
    return new SourceContent(part.name(), Optional.of(part));
  }

  /**
   * Gets all of it into the cache.
   *
   * @param path for people
   */
  Sizes fetch(ObjectCache cache, Pulling pulling, String path) throws IOException {
    pulling.fetch(name, files, path);
    if (files.isEmpty()) {
      return new Sizes(1, Files.size(cache.directory(name)));
    }
    long bytes = 0;
    var known = new HashMap<String, Long>();
    for (var entry : files.get().entries()) {
      var size = known.get(entry.md5());
      if (size == null) {
        size = Files.size(cache.directory(entry.md5()));
        known.put(entry.md5(), size);
      }
      bytes += size;
    }
    return new Sizes(files.get().entries().size(), bytes);
  }
}

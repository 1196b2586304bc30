package dev.fovea.dvc.tree;

import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds objects of the cache that somebody wrote to through a file that leads to them: the file is
 * changed, and is still the object that it should be.
 */
final class WrittenThrough {
  private final WorkingCopy copy;

  WrittenThrough(WorkingCopy copy) {
    this.copy = copy;
  }

  /**
   * One of them.
   *
   * @param path of the file, from the repository's root
   * @param object that is damaged
   */
  record Damage(String path, Path object) {}

  /**
   * Those of something that is tracked. Nothing is found where the cache lacks what the {@code
   * .dvc} file names.
   *
   * @param now what it holds
   */
  List<Damage> find(Tracked tracked, Snapshot now) throws IOException {
    var cache = copy.cache();
    if (!Files.exists(cache.directory(tracked.name()))) {
      return List.of();
    }
    boolean folder = tracked.file().isFolder();
    var place = copy.root().resolve(tracked.path());
    var root = folder ? place : AtomicFiles.parent(place);
    var wanted =
        folder
            ? FolderObjects.read(cache, tracked.name())
            : new DvcDirectory(List.of(new Entry(tracked.name(), tracked.file().path())));
    var found = new ArrayList<Damage>();
    var paths = now.stats().paths();
    for (int i = 0, j = 0; i < now.size() && j < wanted.size(); ) {
      int order = paths.compare(i, wanted.paths(), j);
      if (order == 0 && !now.md5s().same(i, wanted.md5s(), j)) {
        var object = cache.directory(wanted.md5s().hex(j));
        var file = root.resolve(paths.get(i));
        if (Files.exists(object) && Files.isSameFile(file, object)) {
          found.add(
              new Damage(folder ? tracked.path() + "/" + paths.get(i) : tracked.path(), object));
        }
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return found;
  }

  /**
   * @throws WorkProblem when there is one
   */
  void refuse(Tracked tracked, Snapshot now) throws IOException {
    var found = find(tracked, now);
    if (!found.isEmpty()) {
      throw new WorkProblem(
          "%d files of %s are links into the cache and were written to, so its objects are damaged: '%s', the object %s%s"
              .formatted(
                  found.size(),
                  tracked.path(),
                  found.getFirst().path(),
                  found.getFirst().object(),
                  found.size() > 1 ? ", …" : ""),
          "run: fovea dataset unprotect %s, which keeps what was written and takes the damaged objects out of the cache; then repeat"
              .formatted(tracked.path()));
    }
  }
}

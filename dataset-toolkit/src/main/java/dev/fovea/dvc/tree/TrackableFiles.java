package dev.fovea.dvc.tree;

import dev.fovea.dvc.disk.FileStats;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Ignored;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code dvc add} would take of a folder, wherever it lies: in a working copy, in a repository
 * that has no data yet, or in none. Nothing is opened, and nothing is written.
 */
public final class TrackableFiles {
  private TrackableFiles() {}

  /**
   * All files, in the order of their paths' code points.
   *
   * @throws WorkProblem when a name cannot be written down, or a link leads out of the repository
   */
  public static FileStats of(Path folder) throws IOException {
    var root = folder.toRealPath();
    var copy = WorkingCopy.find(root);
    var repository = copy.map(WorkingCopy::root).orElseGet(() -> Adding.git(root).orElse(root));
    var links = copy.map(FollowedLinks::new).orElseGet(() -> FollowedLinks.within(repository));
    var inside = repository.relativize(root).toString().replace('\\', '/');
    return new FolderScan(root, links, new Ignored(repository, inside)).files();
  }
}

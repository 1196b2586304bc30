package dev.fovea.dvc.clean;

import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.GitHistory;
import dev.fovea.dvc.tree.FollowedLinks;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * A folder that a commit of a repository is checked out in, its own or one that {@code git
 * worktree} made, with what Git keeps of it: the commit, and the index.
 *
 * @param folder that may be gone
 * @param git where {@code HEAD} and {@code index} lie
 */
record WorkingTree(WorkingCopy copy, Path folder, Path git) {
  private static final String WHY = "so nobody knows what older commits need";

  /** All of the repositories that some working copies lie in. */
  static Set<WorkingTree> all(List<WorkingCopy> copies) throws IOException {
    var all = new LinkedHashSet<WorkingTree>();
    for (var copy : copies) {
      try (var history = GitHistory.of(copy, WHY)) {
        var repository = history.repository();
        var git = repository.getDirectory().toPath().toRealPath();
        var common = repository.getCommonDirectory().toPath().toRealPath();
        all.add(new WorkingTree(copy, repository.getWorkTree().toPath().toRealPath(), git));
        if (String.valueOf(common.getFileName()).equals(Constants.DOT_GIT)) {
          all.add(new WorkingTree(copy, AtomicFiles.parent(common), common));
        }
        var linked = common.resolve("worktrees");
        if (Files.isDirectory(linked)) {
          try (var entries = Files.list(linked)) {
            for (var entry :
                entries.filter(each -> Files.isRegularFile(each.resolve("gitdir"))).toList()) {
              var link = entry.resolve(Files.readString(entry.resolve("gitdir")).strip());
              all.add(new WorkingTree(copy, AtomicFiles.parent(link.normalize()), entry));
            }
          }
        }
      }
    }
    return all;
  }

  /**
   * Looks for what is needed.
   *
   * @param linked takes the names of objects that symbolic links lead to
   * @throws WorkProblem when a {@code .dvc} file can't be read
   */
  void look(Needed needed, Set<String> linked) throws IOException {
    try (var history = GitHistory.of(copy, WHY)) {
      var repository = history.repository();
      var head = git.resolve(Constants.HEAD);
      var text = Files.isRegularFile(head) ? Files.readString(head).strip() : "";
      if (ObjectId.isId(text)) {
        needed.commit(repository, ObjectId.fromString(text));
      }
      var index = git.resolve("index").toFile();
      if (index.isFile()) {
        var entries = DirCache.read(index, FS.DETECTED);
        for (int i = 0; i < entries.getEntryCount(); i++) {
          var entry = entries.getEntry(i);
          if (Needed.says(entry.getPathString())) {
            needed.blob(repository, entry.getPathString(), entry.getObjectId());
          }
        }
      }
    }
    if (Files.isDirectory(folder)) {
      walk(needed, linked);
    }
  }

  private void walk(Needed needed, Set<String> linked) throws IOException {
    var links = new FollowedLinks(copy);
    var cache = copy.cacheFolder();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          private @Nullable Path data;

          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
            if (each.equals(cache) || String.valueOf(each.getFileName()).equals(".git")) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            // A folder that is tracked holds data, whatever it is called, and maybe links.
            boolean tracked = !each.equals(folder) && Files.isRegularFile(Descriptions.of(each));
            data = data == null && tracked ? each : data;
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isSymbolicLink()) {
              links.object(file).ifPresent(linked::add);
            } else if (data == null && attributes.isRegularFile() && Needed.says(file.toString())) {
              needed.file(folder.relativize(file).toString(), file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failed)
              throws IOException {
            data = each.equals(data) ? null : data;
            return super.postVisitDirectory(each, failed);
          }
        });
  }
}

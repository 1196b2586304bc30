package dev.fovea.dvc.clean;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.SaidNames;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.GitHistory;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;

/**
 * Which objects somebody needs: those that any {@code .dvc} or {@code dvc.lock} file names, in the
 * working copy or in any commit that any ref of the repository reaches, and the files of those that
 * are folders. A file that can't be read stops everything, since nobody knows what it needs.
 */
final class Needed {
  private static final int MOST_FILE = SaidNames.MOST_BYTES;

  private final WorkingCopy copy;
  private final Remote remote;
  private final Set<String> names = new HashSet<>();
  private final Set<String> imported = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();

  /**
   * @param remote where folders are read that the cache lacks
   */
  Needed(WorkingCopy copy, Remote remote) {
    this.copy = copy;
    this.remote = remote;
  }

  /**
   * All of their names.
   *
   * @throws WorkProblem when a file of the history can't be read
   */
  Set<String> names() throws IOException {
    history(copy);
    imported.removeAll(names);
    names.addAll(imported);
    for (var folder : List.copyOf(names)) {
      if (folder.endsWith(".dir")) {
        names.addAll(children(folder));
      }
    }
    unreadable.removeAll(imported); // they need not be here
    return names;
  }

  /** Folders that neither the cache nor the remote has: their files can't be known. */
  Set<String> unreadable() {
    return unreadable;
  }

  /**
   * Takes what a working copy, and all refs of its repository, need.
   *
   * @throws WorkProblem when a file of the history can't be read
   */
  void history(WorkingCopy from) throws IOException {
    // Not only what is kept by DVC for certain: what a dvc.lock says in doubt is needed, too.
    for (var file : from.descriptions().files()) {
      file(from.root().relativize(file).toString(), file);
    }
    try (var git = GitHistory.of(from, "so nobody knows what older commits need")) {
      var repository = git.repository();
      var ids = new ArrayList<ObjectId>();
      for (var ref : repository.getRefDatabase().getRefs()) {
        var id = ref.getPeeledObjectId() == null ? ref.getObjectId() : ref.getPeeledObjectId();
        if (id != null) {
          ids.add(id);
        }
      }
      history(repository, ids);
    }
  }

  /** Takes what a commit and those before it need. */
  void commit(Repository repository, ObjectId commit) throws IOException {
    history(repository, List.of(commit));
  }

  private void history(Repository repository, List<ObjectId> ids) throws IOException {
    try (var walk = new ObjectWalk(repository)) {
      for (var id : ids) {
        walk.markStart(walk.parseAny(id));
      }
      while (walk.next() != null) {
        // Commits first: that is how the walk finds their trees.
      }
      for (RevObject each = walk.nextObject(); each != null; each = walk.nextObject()) {
        var path = walk.getPathString();
        if (each.getType() == Constants.OBJ_BLOB && path != null && says(path)) {
          blob(repository, path, each);
        }
      }
    }
  }

  /** Whether a file of that path says what is needed. */
  static boolean says(String path) {
    return path.endsWith(".dvc") || path.endsWith("dvc.lock");
  }

  /** Takes what a file needs that Git keeps. */
  void blob(Repository repository, String path, AnyObjectId id) throws IOException {
    read(path + " in the history", repository.open(id).getCachedBytes(MOST_FILE));
  }

  /** Takes what a file needs that lies in a working tree. */
  void file(String path, Path file) throws IOException {
    if (Files.size(file) > MOST_FILE) {
      throw new WorkProblem(
          "%s has %d bytes (expected: at most %d)"
              .formatted(Text.excerpt(path), Files.size(file), MOST_FILE),
          "it is no .dvc file: rename it");
    }
    read(path, Files.readAllBytes(file));
  }

  private void read(String path, byte[] bytes) {
    try {
      var said = SaidNames.in(new String(bytes, StandardCharsets.UTF_8));
      (said.imported() ? imported : names).addAll(said.names());
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s, line %d: %s".formatted(Text.excerpt(path), e.line(), e.text()),
          "mend it, or remove the refs that lead to it; until then nobody knows what it needs");
    }
  }

  /** The files of a folder; none where nobody has it. */
  List<String> children(String folder) throws IOException {
    var found = Optional.<DvcDirectory>empty();
    for (var naming : Naming.values()) {
      found =
          found.isPresent()
              ? found
              : FolderObjects.read(copy.named(naming).cache(), remote.named(naming), folder);
    }
    if (found.isEmpty()) {
      unreadable.add(folder);
    }
    return found.stream()
        .flatMap(directory -> directory.entries().stream())
        .map(DvcDirectory.Entry::md5)
        .toList();
  }
}

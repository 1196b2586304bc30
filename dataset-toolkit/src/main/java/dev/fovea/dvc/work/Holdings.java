package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Lists what a tracked folder holds: as it is now, or as a commit of Git has it. */
public final class Holdings {
  private static final int MOST_BYTES = 64 * 1024;

  private final WorkingCopy copy;
  private final Progress progress;

  public Holdings(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /**
   * As the folder is now; what was written since the last look is hashed.
   *
   * @throws WorkProblem when there is no folder
   */
  public Held now(Tracked tracked) throws IOException {
    requireFolder(tracked.path(), tracked.file());
    var place = copy.root().resolve(tracked.path());
    var look =
        new Contents(copy, progress)
            .look(tracked.path())
            .orElseThrow(() ->
                new WorkProblem(
                    "there is no folder %s".formatted(place),
                    "run: fovea dataset checkout " + tracked.path()));
    var files = new ArrayList<Held.File>();
    for (var each : look.now().files()) {
      files.add(new Held.File(each.file().path(), each.md5().hex(), each.file().bytes()));
    }
    return new Held(tracked.path(), look.name(), place, false, files);
  }

  /**
   * As a commit has it, from the cache.
   *
   * @param tracked the folder as it is tracked now
   * @param revision what Git takes for a commit: {@code HEAD~2}, {@code v1.0}, a hash
   * @throws WorkProblem when there is no such commit, the folder was not tracked in it, or the
   *     cache lacks something
   */
  public Held at(Tracked tracked, String revision) throws IOException {
    var git = new FileRepositoryBuilder().findGitDir(copy.root().toFile());
    if (git.getGitDir() == null) {
      throw new WorkProblem(
          "%s is in no Git repository, so it has no revisions".formatted(copy.root()),
          "leave the revision out");
    }
    try (var repository = git.build()) {
      var file = description(repository, tracked.description(), revision);
      requireFolder(tracked.path(), file);
      return cached(tracked.path(), file, revision);
    }
  }

  private static void requireFolder(String path, DvcFile file) {
    if (!file.isFolder()) {
      throw new WorkProblem(
          "%s is a file (expected: a folder that is tracked)".formatted(path),
          "name a folder of images and labels");
    }
  }

  private static DvcFile description(Repository repository, Path description, String revision)
      throws IOException {
    var path =
        repository
            .getWorkTree()
            .toPath()
            .toRealPath()
            .relativize(description.toRealPath())
            .toString()
            .replace('\\', '/');
    try (var walk = new RevWalk(repository);
        var tree = TreeWalk.forPath(repository, path, commit(repository, walk, revision))) {
      if (tree == null) {
        throw new WorkProblem(
            "there is no %s in %s".formatted(path, Text.excerpt(revision)),
            "name a commit that tracks the folder");
      }
      var bytes = repository.open(tree.getObjectId(0), Constants.OBJ_BLOB);
      return DvcFile.parseAny(new String(bytes.getCachedBytes(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (LargeObjectException _) {
      throw new WorkProblem(
          "%s in %s has more than %d bytes".formatted(path, Text.excerpt(revision), MOST_BYTES),
          "name another commit");
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "%s in %s, line %d: %s".formatted(path, Text.excerpt(revision), e.line(), e.text()),
          "name another commit");
    }
  }

  private static RevTree commit(Repository repository, RevWalk walk, String revision)
      throws IOException {
    try {
      var id = repository.resolve(revision + "^{commit}");
      if (id != null) {
        return walk.parseCommit(id).getTree();
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new WorkProblem(
        "'%s' is no commit here".formatted(Text.excerpt(revision)),
        "name one as Git does: HEAD~1, a tag, a hash");
  }

  private Held cached(String path, DvcFile file, String revision) throws IOException {
    var cache = copy.cache();
    var remedy = "check %s out and run: fovea dataset pull %s".formatted(revision, path);
    if (!Files.exists(cache.directory(file.directory()))) {
      throw new WorkProblem(
          "the cache lacks what %s was in %s, the object %s"
              .formatted(path, Text.excerpt(revision), file.directory()),
          remedy);
    }
    var files = new ArrayList<Held.File>();
    for (var entry : FolderObjects.read(cache, file.directory()).entries()) {
      try {
        long bytes = Files.size(cache.directory(entry.md5()));
        files.add(new Held.File(entry.path(), entry.md5(), bytes));
      } catch (NoSuchFileException _) {
        throw new WorkProblem(
            "the cache lacks '%s' of %s, the object %s"
                .formatted(Text.excerpt(entry.path()), path, entry.md5()),
            remedy);
      }
    }
    return new Held(path, file.directory(), cache.objects(), true, files);
  }
}

package dev.fovea.dvc.history;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.tree.Contents;
import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/** Lists what a tracked folder holds: as it is now, or as a commit of Git has it. */
public final class Holdings {
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
    try (var git = GitHistory.of(copy, "so it has no revisions")) {
      var then = git.described(git.commit(revision)).within(new Scope(List.of(tracked.path())));
      var file =
          then.tracked().stream()
              .filter(each -> each.path().equals(tracked.path()))
              .findFirst()
              .orElseThrow(() -> notThere(tracked, revision, then))
              .file();
      requireFolder(tracked.path(), file);
      return cached(tracked.path(), file, revision);
    }
  }

  private static WorkProblem notThere(Tracked tracked, String revision, Described then) {
    return then.unreadable().stream()
        .findFirst()
        .map(each ->
            new WorkProblem(
                "commit %s: %s".formatted(each.commit(), each.why()), "name another commit"))
        .orElseGet(() ->
            new WorkProblem(
                "%s was not tracked in %s".formatted(tracked.path(), Text.excerpt(revision)),
                "name a commit that tracks the folder"));
  }

  private static void requireFolder(String path, DvcFile file) {
    if (file.naming() != Naming.MD5) {
      throw new WorkProblem(
          "%s is kept as DVC 2 kept it".formatted(path),
          "have DVC 3 keep it anew: dvc cache migrate --dvc-files, then git commit");
    }
    if (!file.isFolder()) {
      throw new WorkProblem(
          "%s is a file (expected: a folder that is tracked)".formatted(path),
          "name a folder of images and labels");
    }
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

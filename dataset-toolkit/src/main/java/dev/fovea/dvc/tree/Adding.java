package dev.fovea.dvc.tree;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.cache.LinkType;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.FoundDescriptions;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.util.FS;

/** {@code dvc add}: keeps what a folder or a file holds, and writes the {@code .dvc} file of it. */
public final class Adding {
  private final WorkingCopy copy;
  private final Progress progress;

  public Adding(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /**
   * What was done.
   *
   * @param changed whether the content is another than before
   */
  public record Added(Tracked tracked, long files, long bytes, boolean changed) {}

  /**
   * Tracks a folder or a file as it is now. The objects are in the cache before the {@code .dvc}
   * file says so.
   *
   * @throws WorkProblem when Git tracks it already, or a name in it can't be kept
   */
  public Added add(Path target) throws IOException {
    return add(target, Map.of());
  }

  /**
   * The same.
   *
   * @param note goes under {@code meta: fovea:} of the {@code .dvc} file, unless it is empty
   */
  Added add(Path target, Map<String, Object> note) throws IOException {
    try (var _ = CacheLock.share(copy.cache())) {
      return track(target, note);
    }
  }

  private Added track(Path target, Map<String, Object> note) throws IOException {
    var path = copy.inside(target);
    var place = copy.root().resolve(path);
    requireNoStage(copy, path);
    var description = Descriptions.of(place);
    var before =
        Files.exists(description) ? Optional.of(copy.tracked(place)) : Optional.<Tracked>empty();
    if (before.isEmpty()) {
      requireUnknownToGit(copy, path);
    } else if (before.get().isImport()) {
      throw new WorkProblem(
          "%s is imported from another repository".formatted(path),
          "bring it up to date: dvc update %s.dvc; or remove %s.dvc, and add it as your own"
              .formatted(path, path));
    }
    if (before.isPresent() && isAsDvcTwoKeptIt(before.get())) {
      var file = before.get().file();
      ignore(copy, place);
      return new Added(before.get(), file.files().orElse(0), file.bytes().orElse(0), false);
    }
    var look = new Contents(copy, progress).keep(path);
    var name = String.valueOf(place.getFileName());
    long bytes = look.now().bytes();
    int files = look.now().size();
    boolean changed =
        before
            .filter(known -> copy.naming(known) == copy && known.name().equals(look.name()))
            .isEmpty();
    boolean links = copy.linkTypes().stream().anyMatch(LinkType::leadsToTheObject);
    if (changed && links && before.isPresent() && copy.naming(before.get()) == copy) {
      new WrittenThrough(copy).refuse(before.get(), look.now());
    }
    if (changed) {
      var file =
          before
              .map(Tracked::file)
              .map(known -> known.pointingTo(look.name(), bytes, files))
              .orElseGet(() -> DvcFile.tracking(name, look.name(), bytes, files));
      var noted = note.isEmpty() ? file : file.noting(note);
      AtomicFiles.write(description, noted.text().getBytes(StandardCharsets.UTF_8));
    }
    ignore(copy, place);
    if (links) {
      new Relinking(copy, progress).relink(path, look);
    }
    return new Added(copy.tracked(place), files, bytes, changed);
  }

  /** What DVC 2 kept stays as it is until it changes, as with {@code dvc add} of DVC 3. */
  private boolean isAsDvcTwoKeptIt(Tracked before) throws IOException {
    var named = copy.naming(before);
    return named != copy
        && new Contents(named, progress)
            .look(before.path())
            .filter(look -> look.name().equals(before.name()))
            .isPresent();
  }

  /** DVC's stages write what they make themselves, and record it in {@code dvc.lock}. */
  public static void requireNoStage(WorkingCopy copy, String path) throws IOException {
    var owner = FoundDescriptions.owner(copy, path);
    if (owner.isPresent()) {
      throw new WorkProblem(
          "%s overlaps with %s, which the stage %s of a dvc.yaml makes"
              .formatted(path, owner.get().path(), owner.get().stage()),
          "run the stage: dvc repro; or take what lies there for its output: dvc commit");
    }
  }

  /** Git and DVC can't both keep one folder. */
  public static void requireUnknownToGit(WorkingCopy copy, String path) throws IOException {
    var git = git(copy.root());
    if (git.isEmpty()) {
      return;
    }
    File index = git.get().resolve(".git").resolve("index").toFile();
    if (!index.isFile()) {
      return;
    }
    var entries = DirCache.read(index, FS.DETECTED);
    var known = git.get().relativize(copy.root().resolve(path)).toString().replace('\\', '/');
    if (entries.getEntry(known) != null || entries.getEntriesWithin(known).length > 0) {
      throw new WorkProblem(
          "Git tracks %s".formatted(path),
          "run: git rm -r --cached '%s' && git commit, then add it again".formatted(path));
    }
  }

  /** The folder of the Git repository that a folder lies in: its own, or one above. */
  static Optional<Path> git(Path folder) {
    for (var at = Optional.of(folder); at.isPresent(); at = at.map(Path::getParent)) {
      if (Files.exists(at.get().resolve(".git"))) {
        return at;
      }
    }
    return Optional.empty();
  }

  /** One line {@code /name} in the {@code .gitignore} beside it, as DVC writes it. */
  public static void ignore(WorkingCopy copy, Path place) throws IOException {
    if (git(copy.root()).isEmpty()) {
      return;
    }
    var name = String.valueOf(place.getFileName());
    var line = "/" + name.replaceAll("([\\[\\]*?!#\\\\])", "\\\\$1");
    var file = place.resolveSibling(".gitignore");
    var text = Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    if (text.lines().noneMatch(line::equals)) {
      var gap = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
      AtomicFiles.write(file, (text + gap + line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }
}

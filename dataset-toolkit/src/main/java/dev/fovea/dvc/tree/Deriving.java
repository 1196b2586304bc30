package dev.fovea.dvc.tree;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.CheckedCopy;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Folders;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Makes a new tracked folder of files that another one holds, and of files that are written for it.
 */
public final class Deriving {
  private final WorkingCopy copy;
  private final Progress progress;

  public Deriving(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /**
   * Begins a folder.
   *
   * @param target a folder that is not there yet, in one that is
   * @throws WorkProblem when it can't become a tracked folder
   */
  public Draft begin(Path target) throws IOException {
    var parent = AtomicFiles.parent(target.toAbsolutePath().normalize());
    if (!Files.isDirectory(parent)) {
      throw new WorkProblem("there is no folder %s".formatted(parent), "make it first");
    }
    var path = copy.inside(target);
    var place = copy.root().resolve(path);
    for (var there : List.of(place, Descriptions.of(place))) {
      if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
        throw new WorkProblem("%s is there already".formatted(there), "name another folder");
      }
    }
    if (List.of(".dvc", ".git").contains(path.split("/", 2)[0])) {
      throw new WorkProblem(
          "%s lies where Git or DVC keep their own".formatted(place), "name another folder");
    }
    for (var each : copy.tracked()) {
      if (path.startsWith(each.path() + "/")) {
        throw new WorkProblem(
            "%s lies in %s, which is tracked itself".formatted(path, each.path()),
            "name a folder beside it");
      }
    }
    Adding.requireNoStage(copy, path);
    Adding.requireUnknownToGit(copy, path);
    var random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    var staging = copy.settings().resolve("tmp").resolve("fovea").resolve(random + ".derived");
    return new Draft(path, Files.createDirectories(staging));
  }

  /** A folder that is being made; until it is finished, it has another name. */
  public final class Draft implements AutoCloseable {
    private final String path;
    private final Path staging;

    private Draft(String path, Path staging) {
      this.path = path;
      this.staging = staging;
    }

    /** Where files are written that the other folder has not. */
    public Path folder() {
      return staging;
    }

    /**
     * Copies files from the cache, each checked, puts the folder in its place and tracks it.
     *
     * @param taken files of the other folder, under the same paths
     * @param note goes under {@code meta: fovea:} of the {@code .dvc} file
     * @throws WorkProblem when the cache lacks one of them or has it damaged
     */
    public Adding.Added finish(Collection<Held.File> taken, Map<String, Object> note)
        throws IOException {
      try (var _ = CacheLock.share(copy.cache())) {
        return track(taken, note);
      }
    }

    private Adding.Added track(Collection<Held.File> taken, Map<String, Object> note)
        throws IOException {
      copy(taken);
      var known = taken.stream().map(file -> new Entry(file.md5(), file.path())).toList();
      Files.move(staging, copy.root().resolve(path), StandardCopyOption.ATOMIC_MOVE);
      new Contents(copy, progress).remember(path, new DvcDirectory(known));
      return new Adding(copy, progress).add(copy.root().resolve(path), note);
    }

    /**
     * Tracks the folder without its data: what was written for it is kept in the cache, what is
     * taken may be elsewhere. {@code dvc pull} brings the folder.
     *
     * @param taken files of the other folder, under the same paths
     * @param note goes under {@code meta: fovea:} of the {@code .dvc} file
     */
    public Adding.Added describe(Collection<Held.File> taken, Map<String, Object> note)
        throws IOException {
      var cache = copy.cache();
      try (var _ = CacheLock.share(cache)) {
        var files = new ArrayList<>(new Contents(copy, progress).keepWritten(staging));
        var written = files.stream().map(Held.File::path).collect(Collectors.toSet());
        for (var file : taken) {
          if (written.contains(file.path())) {
            throw bothLabelsAndImage(file);
          }
          files.add(file);
        }
        var entries = files.stream().map(file -> new Entry(file.md5(), file.path())).toList();
        var directory = new DvcDirectory(entries);
        var name = directory.name();
        cache.keep(directory, name);
        var place = copy.root().resolve(path);
        long bytes = files.stream().mapToLong(Held.File::bytes).sum();
        var file =
            DvcFile.tracking(String.valueOf(place.getFileName()), name, bytes, files.size())
                .noting(note);
        var description = Descriptions.of(place);
        AtomicFiles.write(description, file.text().getBytes(StandardCharsets.UTF_8));
        Adding.ignore(copy, place);
        return new Adding.Added(copy.tracked(place), files.size(), bytes, true);
      }
    }

    private static WorkProblem bothLabelsAndImage(Held.File file) {
      return new WorkProblem(
          "'%s' is both a file of labels and an image".formatted(Text.excerpt(file.path())),
          "rename the image");
    }

    private void copy(Collection<Held.File> taken) throws IOException {
      var cache = copy.cache();
      progress.begin("copying", taken.size(), taken.stream().mapToLong(Held.File::bytes).sum());
      SideBySide.each(
          List.copyOf(taken),
          () -> staging,
          (into, file) -> {
            var object = cache.directory(file.md5());
            var fresh = into.resolve(file.path());
            if (!Files.exists(object)) {
              throw new WorkProblem(
                  "the cache lacks '%s', the object %s"
                      .formatted(Text.excerpt(file.path()), file.md5()),
                  "run: fovea dataset pull");
            }
            if (Files.exists(fresh)) {
              throw bothLabelsAndImage(file);
            }
            Files.createDirectories(AtomicFiles.parent(fresh));
            var entry = new Entry(file.md5(), file.path());
            progress.did(1, CheckedCopy.write(object, fresh, entry, Naming.MD5));
          });
      progress.end();
    }

    /** Leaves nothing behind of what was not finished. */
    @Override
    public void close() throws IOException {
      Folders.remove(staging);
    }
  }
}

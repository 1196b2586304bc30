package dev.fovea.dvc.exchange;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.CheckedCopy;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.history.GitHistory;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.transfer.RemoteSource;
import dev.fovea.dvc.tree.Contents;
import dev.fovea.dvc.tree.Listing;
import dev.fovea.dvc.work.Scope;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes what is tracked into a folder elsewhere: the files alone, each checked, and the folder
 * whole or not at all.
 */
public final class Exporting {
  private final WorkingCopy copy;
  private final RemoteSource remote;
  private final Importing importing;
  private final Progress progress;

  /**
   * @param remote where objects come from that the cache lacks
   * @param importing gets those of imports
   */
  public Exporting(WorkingCopy copy, RemoteSource remote, Importing importing, Progress progress) {
    this.copy = copy;
    this.remote = remote;
    this.importing = importing;
    this.progress = progress;
  }

  /** What was written. */
  public record Exported(Path target, long files, long bytes) {}

  /**
   * A file that is to be written.
   *
   * @param from where its bytes are now
   * @param to its path in the target
   * @param md5 of its bytes, 32 lower-case hex digits
   * @param naming that the MD5 was made by
   */
  private record Source(Path from, String to, String md5, Naming naming) {}

  /**
   * Does so.
   *
   * @param path a folder or a file that is tracked, or a part of one, or a folder around some
   * @param revision of one's own repository; absent for what lies in the working tree now
   * @param target a folder that is not there yet, or empty
   * @param force whether what is in the target may be lost
   * @param here where paths begin
   * @throws WorkProblem when nothing is tracked there, the target is not empty, or a file's bytes
   *     are not what they should be
   */
  public Exported export(
      Path path, Optional<String> revision, Path target, boolean force, Path here)
      throws IOException {
    var place = here.resolve(target).toAbsolutePath().normalize();
    requireFree(place, force);
    var part = copy.part(here.resolve(path));
    var sources = revision.isPresent() ? ofCommit(part, revision.get(), here) : ofWorkingTree(part);
    if (sources.isEmpty()) {
      throw new WorkProblem(
          "nothing is tracked at '%s'%s"
              .formatted(path, revision.map(each -> " in " + each).orElse("")),
          "see what is: fovea dataset status; or name a commit with --rev");
    }
    var fresh = Files.createTempDirectory(AtomicFiles.parent(place), ".fovea-export");
    try {
      long bytes = write(sources, fresh);
      put(fresh, place);
      return new Exported(place, sources.size(), bytes);
    } finally {
      Folders.remove(fresh);
    }
  }

  private void requireFree(Path target, boolean force) throws IOException {
    var parent = AtomicFiles.parent(target);
    if (!Files.isDirectory(parent)) {
      throw new WorkProblem("there is no folder %s".formatted(parent), "make it first");
    }
    if (parent.toRealPath().startsWith(copy.root())) {
      throw new WorkProblem(
          "%s lies in the repository".formatted(target), "name a folder outside of it");
    }
    if (copy.root().startsWith(parent.toRealPath().resolve(target.getFileName()))) {
      throw new WorkProblem("%s holds the repository".formatted(target), "name another folder");
    }
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean folder = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
    if (!folder || !force && !isEmpty(target)) {
      throw new WorkProblem(
          folder
              ? "%s is not empty".formatted(target)
              : "%s is there, and is no folder".formatted(target),
          folder ? "name another folder, or lose what is in it with --force" : "name another");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }

  private List<Source> ofWorkingTree(String part) throws IOException {
    var scope = new Scope(List.of(part));
    var sources = new ArrayList<Source>();
    for (var tracked : copy.tracked()) {
      if (scope.touches(tracked.path())) {
        var place = copy.root().resolve(tracked.path());
        var look = new Contents(copy, progress).look(tracked.path());
        if (look.isEmpty()) {
          throw new WorkProblem(
              "%s is not there".formatted(tracked.path()), "get it: fovea dataset pull");
        }
        var listing = Listing.of(look.get());
        for (int i = 0; i < listing.files(); i++) {
          var from = place.resolve(listing.path(i));
          source(tracked, new Entry(listing.md5(i), listing.path(i)), from, part, Naming.MD5)
              .ifPresent(sources::add);
        }
      }
    }
    return sources;
  }

  private List<Source> ofCommit(String part, String revision, Path here) throws IOException {
    var scope = new Scope(List.of(part));
    var sources = new ArrayList<Source>();
    try (var git = GitHistory.of(copy, "so there are no versions")) {
      var described = git.described(git.commit(revision)).within(scope);
      for (var unreadable : described.unreadable()) {
        throw new WorkProblem(
            "in %s, %s".formatted(unreadable.commit(), unreadable.why()),
            "name a part of the repository that can be read");
      }
      for (var tracked : described.tracked()) {
        fetch(tracked, here);
        var cache = copy.naming(tracked).cache();
        var entries =
            tracked.file().isFolder()
                ? FolderObjects.read(cache, tracked.name()).entries()
                : List.of(new Entry(tracked.name(), ""));
        for (var entry : entries) {
          var from = cache.directory(entry.md5());
          source(tracked, entry, from, part, cache.naming()).ifPresent(sources::add);
        }
      }
    }
    return sources;
  }

  private void fetch(Tracked tracked, Path here) throws IOException {
    if (tracked.isImport()) {
      importing.fetch(tracked, here);
    } else if (!copy.hasAllOf(tracked)) {
      try (Remote from = remote.open(tracked.remote())) {
        new Pulling(copy, from, progress, false).fetch(tracked);
      }
    }
  }

  /** Absent where a file does not lie in the part that is wanted. */
  private static Optional<Source> source(
      Tracked tracked, Entry entry, Path from, String part, Naming naming) {
    var path = entry.path().isEmpty() ? tracked.path() : tracked.path() + "/" + entry.path();
    return new Scope(List.of(part)).holds(path)
        ? Optional.of(new Source(from, below(path, part), entry.md5(), naming))
        : Optional.empty();
  }

  /** The path in the target; a single file keeps its name. */
  private static String below(String path, String part) {
    if (part.isEmpty()) {
      return path;
    }
    return path.equals(part)
        ? path.substring(path.lastIndexOf('/') + 1)
        : path.substring(part.length() + 1);
  }

  private long write(List<Source> sources, Path fresh) throws IOException {
    var bytes = new AtomicLong();
    for (var source : sources) {
      Files.createDirectories(AtomicFiles.parent(fresh.resolve(source.to())));
    }
    progress.begin("exporting", sources.size(), 0);
    SideBySide.each(
        sources,
        () -> fresh,
        (root, source) -> {
          var copied = CheckedCopy.copy(source.from(), root.resolve(source.to()), source.naming());
          if (!copied.md5().equals(source.md5())) {
            throw new WorkProblem(
                "%s, for '%s', has the MD5 %s (expected: %s)"
                    .formatted(source.from(), source.to(), copied.md5(), source.md5()),
                source.from().startsWith(copy.settings())
                    ? "remove it, then run: fovea dataset pull"
                    : "it was written meanwhile: export again");
          }
          bytes.addAndGet(copied.bytes());
          progress.did(1, copied.bytes());
        });
    progress.end();
    return bytes.get();
  }

  /** Puts a finished folder in the place of another, which is kept until it is there. */
  private static void put(Path fresh, Path target) throws IOException {
    Files.setPosixFilePermissions(
        fresh, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    if (!Files.exists(target) || isEmpty(target)) {
      Files.deleteIfExists(target);
      AtomicFiles.replace(fresh, target);
      return;
    }
    var old = Files.createTempDirectory(AtomicFiles.parent(target), ".fovea-replaced");
    AtomicFiles.replace(target, old.resolve("old"));
    try {
      AtomicFiles.replace(fresh, target);
    } catch (IOException e) {
      AtomicFiles.replace(old.resolve("old"), target);
      throw e;
    } finally {
      Folders.remove(old);
    }
  }
}

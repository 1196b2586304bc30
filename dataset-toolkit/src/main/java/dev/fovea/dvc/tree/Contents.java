package dev.fovea.dvc.tree;

import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.FileStat;
import dev.fovea.dvc.disk.FileStats;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.Snapshot;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.work.Ignored;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a tracked folder or file holds now, hashed only where it was written since the last look.
 */
public final class Contents {
  private final WorkingCopy copy;
  private final Progress progress;

  public Contents(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /**
   * What is there, and what was there at the last look.
   *
   * @param name DVC's name of what is there: 32 hex digits, and {@code .dir} behind those of a
   *     folder
   * @param fresh whether something had to be hashed
   */
  public record Look(Snapshot before, Snapshot now, String name, boolean fresh) {
    boolean isFolder() {
      return name.endsWith(".dir");
    }
  }

  /** Looks, and keeps nothing. */
  public Optional<Look> look(String path) throws IOException {
    return look(path, Optional.empty());
  }

  /** Looks, and keeps everything in the cache. */
  public Look keep(String path) throws IOException {
    var cache = copy.cache();
    var look =
        look(path, Optional.of(cache))
            .orElseThrow(() ->
                new WorkProblem(
                    "there is no %s".formatted(copy.root().resolve(path)),
                    "name a folder or a file that exists"));
    if (look.isFolder()) {
      cache.keep(look.now().directory(), look.name());
    }
    return look;
  }

  /**
   * Keeps files that Fovea wrote itself, in a folder that nobody tracks: there are no links and no
   * ignores.
   */
  List<Held.File> keepWritten(Path folder) throws IOException {
    var links = new FollowedLinks(copy);
    var files = new FolderScan(folder, links, new Ignored(folder, "")).files();
    var cache = Optional.of(copy.cache());
    return new FolderHashing(folder, copy.naming(), cache, links, progress)
        .hash(files, Snapshot.none()).files().stream()
            .map(each -> new Held.File(each.file().path(), each.md5().hex(), each.file().bytes()))
            .toList();
  }

  private Optional<Look> look(String path, Optional<ObjectCache> cache) throws IOException {
    var place = copy.root().resolve(path);
    if (!Files.exists(place)) {
      return Optional.empty();
    }
    var links = new FollowedLinks(copy);
    if (Files.isSymbolicLink(place)) {
      links.requireAllowed(place, path);
    }
    boolean folder = Files.isDirectory(place);
    long looked = TimeUnit.MILLISECONDS.toNanos(Clock.systemUTC().millis());
    var files =
        folder
            ? new FolderScan(place, links, new Ignored(copy.root(), path)).files()
            : alone(place);
    var before = copy.stats().read(path).orElseGet(Snapshot::none);
    var root = folder ? place : AtomicFiles.parent(place);
    var now = new FolderHashing(root, copy.naming(), cache, links, progress).hash(files, before);
    boolean fresh = !now.stats().equals(before.stats()) || !now.md5s().equals(before.md5s());
    if (fresh) {
      copy.stats().write(path, now, looked);
    }
    return Optional.of(new Look(before, now, folder ? now.name() : only(now), fresh));
  }

  /**
   * Takes note of files of a folder that were written just now, so that the next look reads none of
   * them.
   */
  void remember(String path, DvcDirectory written) throws IOException {
    long looked = TimeUnit.MILLISECONDS.toNanos(Clock.systemUTC().millis());
    var root = copy.root().resolve(path);
    var files =
        new FolderScan(root, new FollowedLinks(copy), new Ignored(copy.root(), path)).files();
    copy.stats().write(path, Snapshot.knowing(files, written), looked);
  }

  private static FileStats alone(Path file) throws IOException {
    var stat = FileStat.of("", Files.readAttributes(file, BasicFileAttributes.class));
    var name = String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8);
    var alone = new FileStats.Builder(1);
    alone.add(name, stat.bytes(), stat.modified(), stat.inode());
    return alone.build();
  }

  private static String only(Snapshot file) {
    return file.md5s().hex(0);
  }
}

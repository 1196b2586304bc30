package dev.fovea.dvc.tree;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.CheckedCopy;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.tree.WrittenThrough.Damage;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code dvc unprotect}: makes files that are links into the cache files of their own, which may be
 * written to. An object that was written to through one of them is taken out of the cache.
 */
public final class Unprotecting {
  private final WorkingCopy copy;
  private final Progress progress;

  public Unprotecting(WorkingCopy copy, Progress progress) {
    this.copy = copy;
    this.progress = progress;
  }

  /**
   * What was done.
   *
   * @param files how many are files of their own now, and were not
   * @param written those that hold what was written to an object, from the repository's root; where
   *     several had the same bytes, all of them, though somebody meant one
   * @param damaged objects that were written to, and are no longer in the cache
   */
  public record Unprotected(String path, long files, List<String> written, List<String> damaged) {
    public Unprotected {
      written = List.copyOf(written);
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * Does so with a file or all files of a folder, tracked or not yet.
   *
   * @param target it, or its {@code .dvc} file
   * @throws WorkProblem when it is not there
   */
  public Unprotected unprotect(Path target) throws IOException {
    var path = copy.inside(Descriptions.data(target.toAbsolutePath().normalize()));
    var place = copy.root().resolve(path);
    var tracked =
        Files.isRegularFile(Descriptions.of(place))
            ? Optional.of(copy.tracked(place)).filter(Tracked::isKnown)
            : Optional.<Tracked>empty();
    var named = tracked.map(copy::naming).orElse(copy);
    var look =
        new Contents(named, progress)
            .look(path)
            .orElseThrow(() ->
                new WorkProblem(
                    "there is no %s".formatted(copy.root().resolve(path)),
                    "run: fovea dataset checkout " + path));
    var damage = new ConcurrentLinkedQueue<Damage>();
    if (tracked.isPresent()) {
      new WrittenThrough(named).find(tracked.get(), look.now()).forEach(damage::add);
    }
    var root = look.isFolder() ? place : AtomicFiles.parent(place);
    var cache = named.cache();
    var links = new FollowedLinks(named);
    var staging = Checkout.staging(copy);
    var files = new AtomicLong();
    var now = look.now();
    progress.begin("unprotecting " + path, now.size(), now.bytes());
    SideBySide.each(
        now.size(),
        Runtime.getRuntime().availableProcessors(),
        () -> root,
        (folder, i) -> {
          var file = folder.resolve(now.stats().paths().get(i));
          var object =
              Files.isSymbolicLink(file) ? links.ownObject(file) : Optional.<String>empty();
          if (object.isPresent() || !Files.isSymbolicLink(file) && names(file) > 1) {
            var fresh = Checkout.fresh(staging);
            var copied = CheckedCopy.copy(file, fresh, named.naming());
            object
                .filter(name -> !name.equals(copied.md5()))
                .ifPresent(name ->
                    damage.add(
                        new Damage(
                            copy.root().relativize(file).toString().replace('\\', '/'),
                            cache.directory(name))));
            AtomicFiles.replace(fresh, file);
            files.incrementAndGet();
          }
          if (!Files.isSymbolicLink(file)) {
            cache.unprotect(file);
          }
          progress.did(1, now.stats().bytes(i));
        });
    progress.end();
    return new Unprotected(
        path,
        files.get(),
        damage.stream().map(Damage::path).distinct().sorted().toList(),
        remove(damage.stream().map(Damage::object).distinct().toList(), named.naming()));
  }

  /** How many names a file has; several where that can't be told. */
  private static int names(Path file) throws IOException {
    try {
      return (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    } catch (UnsupportedOperationException | IllegalArgumentException _) {
      return 2;
    }
  }

  private static List<String> remove(List<Path> objects, Naming naming) throws IOException {
    var removed = new ArrayList<String>();
    for (var object : objects) {
      var name = AtomicFiles.parent(object).getFileName() + String.valueOf(object.getFileName());
      if (Files.exists(object) && !naming.hex(object).equals(name)) {
        Files.delete(object);
        removed.add(name);
      }
    }
    return removed;
  }
}

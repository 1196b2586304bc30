package dev.fovea.dvc.clean;

import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.FolderRemote;
import dev.fovea.dvc.remote.Remote.Listed;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@code dvc gc} of the local cache: removes what no commit of any ref needs, no working tree of
 * the repository names, and no file is a link to. What is younger than a grace period stays. No
 * command of Fovea on the same cache runs meanwhile; a stock {@code dvc} is protected by age alone.
 *
 * <p>Objects that hard links lead to are known by their number of names, whoever's links they are;
 * those of symbolic links by looking through the working trees.
 */
public final class CacheCleaning {
  private final WorkingCopy copy;
  private final List<WorkingCopy> others;
  private final Progress progress;
  private final Clock clock;

  /**
   * @param others working copies of other repositories that use the same cache
   * @param sole whether nobody else uses it, where it lies outside of this one
   * @throws WorkProblem when it can't be known who uses it
   */
  public CacheCleaning(
      WorkingCopy copy, List<WorkingCopy> others, boolean sole, Progress progress, Clock clock)
      throws IOException {
    this.copy = copy;
    this.others = List.copyOf(others);
    this.progress = progress;
    this.clock = clock;
    var place = real(copy);
    for (var other : others) {
      if (!real(other).equals(place)) {
        throw new WorkProblem(
            "%s has the cache %s (expected: %s)".formatted(other.root(), real(other), place),
            "name working copies that use the same cache");
      }
    }
    if (!place.startsWith(copy.settings().toRealPath()) && others.isEmpty() && !sole) {
      throw new WorkProblem(
          "the cache %s lies outside of %s, so others may use it".formatted(place, copy.root()),
          "name each of their working copies by --project, or say --sole where there is none");
    }
  }

  private static Path real(WorkingCopy copy) throws IOException {
    return copy.cache().root().toRealPath();
  }

  /**
   * Looks, and removes nothing.
   *
   * @throws WorkProblem when it can't be known what is needed
   */
  public Cleaning.Plan plan(Duration grace) throws IOException {
    var linked = new HashSet<String>();
    var needed = new Needed(copy, new FolderRemote(copy.cacheFolder()));
    for (var each : others) {
      needed.history(each);
    }
    var all = new ArrayList<>(others);
    all.add(copy);
    for (var tree : WorkingTree.all(all)) {
      tree.look(needed, linked);
    }
    return sweep().plan(needed, grace, each -> isLinked(each, linked), () -> {});
  }

  private Sweep sweep() {
    return new Sweep(new FolderRemote(copy.cacheFolder()), progress, clock);
  }

  private boolean isLinked(Listed object, Set<String> linked) throws IOException {
    if (linked.contains(object.name())) {
      return true;
    }
    var file = copy.cache().directory(object.name());
    return Files.getFileStore(file).supportsFileAttributeView("unix")
        && (int) Files.getAttribute(file, "unix:nlink") > 1;
  }

  /**
   * Looks, and removes.
   *
   * @return what was removed
   * @throws WorkProblem when another command uses the cache
   */
  public Cleaning.Plan clean(Duration grace) throws IOException {
    var cache = copy.cache();
    try (var _ = CacheLock.alone(cache)) {
      var plan = plan(grace);
      sweep().remove(plan, () -> {});
      cache.removeUnfinished(clock.instant().minus(grace));
      return plan;
    }
  }
}

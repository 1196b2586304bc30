package dev.fovea.dvc.clean;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Listed;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * {@code dvc gc --cloud}: removes from a remote what no commit of any ref needs. What is younger
 * than a grace period stays, since somebody may be about to commit it, and so do all files of a
 * folder that stays, however old; folders go before their files, so that none is proved that is not
 * whole; and no push of Fovea runs meanwhile. Killed at any moment, it is simply run again.
 */
public final class Cleaning {
  private final WorkingCopy copy;
  private final Remote remote;
  private final Progress progress;
  private final Clock clock;

  public Cleaning(WorkingCopy copy, Remote remote, Progress progress, Clock clock) {
    this.copy = copy;
    this.remote = remote;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * What there is.
   *
   * @param unneeded folders first
   * @param packs and their indexes, of which nothing is needed that is not loose as well; and
   *     folders beside them that nobody needs, or that are loose; in the order of their removal
   * @param young how many nobody needs and are younger than the grace period
   * @param needed how many are needed
   * @param unknown folders that commits name and nobody has
   */
  public record Plan(
      List<Listed> unneeded, List<PackFile> packs, long young, long needed, List<String> unknown) {
    public long bytes() {
      return unneeded.stream().mapToLong(Listed::bytes).sum()
          + packs.stream().mapToLong(PackFile::bytes).sum();
    }
  }

  /**
   * Looks, and removes nothing.
   *
   * @throws WorkProblem when it can't be known what is needed
   */
  public Plan plan(Duration grace) throws IOException {
    return plan(grace, () -> {});
  }

  private Plan plan(Duration grace, Sweep.Step step) throws IOException {
    if (!remote.lists()) {
      throw new WorkProblem(
          "%s can't be listed".formatted(remote.address()), "clean it where its files lie");
    }
    return sweep().plan(new Needed(copy, remote), grace, _ -> false, step);
  }

  private Sweep sweep() {
    return new Sweep(remote, progress, clock);
  }

  /**
   * Looks, and removes.
   *
   * @return what was removed
   * @throws Lease.Busy when something is being pushed
   */
  public Plan clean(Duration grace) throws IOException {
    try (var lease = Lease.take(remote, Lease.Kind.GC, clock)) {
      var plan = plan(grace, lease::renew);
      sweep().remove(plan, lease::renew);
      return plan;
    }
  }
}

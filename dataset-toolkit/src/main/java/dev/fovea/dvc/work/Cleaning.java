package dev.fovea.dvc.work;

import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Listed;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * {@code dvc gc --cloud}: removes from a remote what no commit of any ref needs. What is younger
 * than a grace period stays, since somebody may be about to commit it, and so do all files of a
 * folder that stays, however old; folders go before their files, so that none is proved that is not
 * whole; and no push of Fovea runs meanwhile. Killed at any moment, it is simply run again.
 */
public final class Cleaning {
  private static final int THREADS = 16;
  private static final int BATCH = 1000;

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
   * @param young how many nobody needs and are younger than the grace period
   * @param needed how many are needed
   * @param unknown folders that commits name and nobody has
   */
  public record Plan(List<Listed> unneeded, long young, long needed, List<String> unknown) {
    public long bytes() {
      return unneeded.stream().mapToLong(Listed::bytes).sum();
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

  private interface Step {
    void done() throws IOException;
  }

  private Plan plan(Duration grace, Step step) throws IOException {
    if (!remote.lists()) {
      throw new WorkProblem(
          "%s can't be listed".formatted(remote.address()), "clean it where its files lie");
    }
    var needed = new Needed(copy, remote);
    var names = needed.names();
    var before = clock.instant().minus(grace);
    var kept = new HashSet<String>();
    var all = new ConcurrentLinkedQueue<Listed>();
    progress.begin("listing " + remote.address(), Presence.PREFIXES.size(), 0);
    SideBySide.each(
        Presence.PREFIXES,
        THREADS,
        () -> remote,
        (at, prefix) -> {
          at.list(prefix, all::add);
          step.done();
          progress.did(1, 0);
        });
    progress.end();
    for (var each : all) {
      boolean staysByAge = !each.modified().isBefore(before) && !names.contains(each.name());
      if (staysByAge && each.name().endsWith(".dir")) {
        kept.addAll(needed.children(each.name()));
      }
    }
    names.addAll(kept);
    var free = all.stream().filter(each -> !names.contains(each.name())).toList();
    var old =
        free.stream()
            .filter(each -> each.modified().isBefore(before))
            .sorted(
                Comparator.comparing((Listed each) -> !each.name().endsWith(".dir"))
                    .thenComparing(Listed::name))
            .toList();
    return new Plan(
        old,
        free.size() - old.size(),
        all.size() - free.size(),
        needed.unreadable().stream().sorted().toList());
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
      progress.begin("removing", plan.unneeded().size(), plan.bytes());
      var names = new ArrayList<>(plan.unneeded().stream().map(Listed::name).toList());
      for (int from = 0; from < names.size(); ) {
        // A batch holds folders or files, so that all folders are gone before the first file is.
        boolean folders = names.get(from).endsWith(".dir");
        int to = from;
        while (to < names.size()
            && to - from < BATCH
            && names.get(to).endsWith(".dir") == folders) {
          to++;
        }
        lease.renew();
        remote.remove(names.subList(from, to));
        progress.did(to - from, 0);
        from = to;
      }
      progress.end();
      return plan;
    }
  }
}

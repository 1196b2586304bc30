package dev.fovea.dvc.clean;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Listed;
import dev.fovea.dvc.transfer.Presence;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Finds and removes what nobody needs of a place where objects lie. What is younger than a grace
 * period stays, and so do all files of a folder that stays, however old. Folders go before their
 * files. Killed at any moment, it is simply run again.
 */
final class Sweep {
  private static final int THREADS = 16;
  private static final int BATCH = 1000;

  private final Remote remote;
  private final Progress progress;
  private final Clock clock;

  Sweep(Remote remote, Progress progress, Clock clock) {
    this.remote = remote;
    this.progress = progress;
    this.clock = clock;
  }

  /** Is done now and then. */
  interface Step {
    void done() throws IOException;
  }

  /** Whether an object that no file names is kept for another reason. */
  interface Kept {
    boolean is(Listed object) throws IOException;
  }

  /** Looks, and removes nothing. */
  Cleaning.Plan plan(Needed needed, Duration grace, Kept kept, Step step) throws IOException {
    var names = needed.names();
    var before = clock.instant().minus(grace);
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
    var children = new HashSet<String>();
    for (var each : all) {
      if (!names.contains(each.name()) && kept.is(each)) {
        names.add(each.name());
        if (each.name().endsWith(".dir")) {
          children.addAll(needed.children(each.name()));
        }
      }
    }
    for (var each : all) {
      boolean staysByAge = !each.modified().isBefore(before) && !names.contains(each.name());
      if (staysByAge && each.name().endsWith(".dir")) {
        children.addAll(needed.children(each.name()));
      }
    }
    names.addAll(children);
    var free = all.stream().filter(each -> !names.contains(each.name())).toList();
    var old =
        free.stream()
            .filter(each -> each.modified().isBefore(before))
            .sorted(
                Comparator.comparing((Listed each) -> !each.name().endsWith(".dir"))
                    .thenComparing(Listed::name))
            .toList();
    return new Cleaning.Plan(
        old,
        free.size() - old.size(),
        all.size() - free.size(),
        needed.unreadable().stream().sorted().toList());
  }

  /** Removes what is not needed. */
  void remove(Cleaning.Plan plan, Step step) throws IOException {
    progress.begin("removing", plan.unneeded().size(), plan.bytes());
    var names = new ArrayList<>(plan.unneeded().stream().map(Listed::name).toList());
    for (int from = 0; from < names.size(); ) {
      // A batch holds folders or files, so that all folders are gone before the first file is.
      boolean folders = names.get(from).endsWith(".dir");
      int to = from;
      while (to < names.size() && to - from < BATCH && names.get(to).endsWith(".dir") == folders) {
        to++;
      }
      step.done();
      remote.remove(List.copyOf(names.subList(from, to)));
      progress.did(to - from, 0);
      from = to;
    }
    progress.end();
  }
}

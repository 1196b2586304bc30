package dev.fovea.dvc.clean;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.dvc.pack.PackListing;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.remote.Remote.Listed;
import dev.fovea.dvc.transfer.Presence;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Finds and removes what nobody needs of a place where objects lie. What is younger than a grace
 * period stays, and so do all files of a folder that stays, however old. Folders go before their
 * files. Killed at any moment, it is simply run again.
 */
final class Sweep {
  private static final int THREADS = 16;
  static final int BATCH = 1000;

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
          at.loose().list(prefix, all::add);
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
    var stock = packs();
    if (stock.isPresent()) {
      all.forEach(stock.get()::isLoose);
      for (var folder : stock.get().folders(before)) {
        if (!names.contains(folder)) {
          children.addAll(needed.children(folder));
        }
      }
    }
    names.addAll(children);
    var packs = stock.map(of -> of.removable(names::contains, before)).orElse(List.of());
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
        packs,
        free.size() - old.size(),
        all.size() - free.size(),
        needed.unreadable().stream().sorted().toList());
  }

  private Optional<PackStock> packs() throws IOException {
    var files = remote.packFiles();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    var listing = PackListing.of(files.get());
    return Optional.of(PackStock.of(files.get(), listing, listing.packs().values()));
  }

  /** Removes what is not needed: all folders, loose or not, before the first file. */
  void remove(Cleaning.Plan plan, Step step) throws IOException {
    progress.begin("removing", plan.unneeded().size(), plan.bytes());
    var names = plan.unneeded().stream().map(Listed::name).toList();
    int folders = (int) names.stream().filter(name -> name.endsWith(".dir")).count();
    remove(names.subList(0, folders), step);
    var packed = plan.packs().stream().filter(each -> each.name().endsWith(".dir")).toList();
    removePacks(packed, step);
    remove(names.subList(folders, names.size()), step);
    removePacks(plan.packs().subList(packed.size(), plan.packs().size()), step);
    progress.end();
  }

  private void remove(List<String> names, Step step) throws IOException {
    for (int from = 0; from < names.size(); from += BATCH) {
      var batch = List.copyOf(names.subList(from, Math.min(from + BATCH, names.size())));
      step.done();
      remote.remove(batch);
      progress.did(batch.size(), 0);
    }
  }

  private void removePacks(List<PackFile> some, Step step) throws IOException {
    if (!some.isEmpty()) {
      PackCleaning.remove(remote.packFiles().orElseThrow(), some, step);
    }
  }
}

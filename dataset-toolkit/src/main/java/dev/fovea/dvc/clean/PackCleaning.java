package dev.fovea.dvc.clean;

import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.pack.PackFiles.PackFile;
import dev.fovea.dvc.pack.PackListing;
import dev.fovea.dvc.remote.Lease;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.Presence;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Removes packs of which all objects lie loose, and that are older than a grace period: whoever is
 * reading them has read their index before. What lies loose stays, whether somebody needs it or
 * not. Killed at any moment, it is simply run again.
 */
public final class PackCleaning {
  private static final int THREADS = 16;

  private final Remote remote;
  private final Clock clock;

  public PackCleaning(Remote remote, Clock clock) {
    this.remote = remote;
    this.clock = clock;
  }

  /**
   * Does so.
   *
   * @return what was removed
   * @throws Lease.Busy when something is being pushed
   */
  public List<PackFile> clean(Duration grace) throws IOException {
    var removed = new LinkedHashSet<PackFile>();
    var files = remote.packFiles();
    if (files.isEmpty()) {
      return List.of();
    }
    try (var lease = Lease.take(remote, Lease.Kind.GC, clock)) {
      var listing = PackListing.of(files.get());
      for (var chunk : listing.chunks()) {
        var stock = PackStock.of(files.get(), listing, chunk);
        SideBySide.each(
            Presence.PREFIXES,
            THREADS,
            remote::loose,
            (at, prefix) -> {
              at.list(prefix, stock::isLoose);
              lease.renew();
            });
        var gone = stock.removable(_ -> true, clock.instant().minus(grace));
        remove(files.get(), gone, lease::renew);
        removed.addAll(gone);
      }
    }
    return List.copyOf(removed);
  }

  /** Removes some files in their order. */
  static void remove(PackFiles files, List<PackFile> some, Sweep.Step step) throws IOException {
    var names = some.stream().map(PackFile::name).toList();
    for (int from = 0; from < names.size(); ) {
      // Of one kind at a time, so that all of what goes first are gone.
      var kind = kind(names.get(from));
      int to = from;
      while (to < names.size() && to - from < Sweep.BATCH && kind(names.get(to)).equals(kind)) {
        to++;
      }
      step.done();
      files.remove(names.subList(from, to));
      from = to;
    }
  }

  private static String kind(String name) {
    return name.substring(name.indexOf('.'));
  }
}

package dev.fovea.dvc.work;

import dev.fovea.dvc.remote.Remote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Finds out which objects a remote lacks, by as few requests as that takes. */
final class Presence {
  private static final int THREADS = 16;

  /** The first two digits that names may have: together they list everything. */
  static final List<String> PREFIXES =
      IntStream.range(0, 256).mapToObj(i -> HexFormat.of().toHexDigits((byte) i)).toList();

  private static final int PAGE = 1000;

  private final Remote remote;

  Presence(Remote remote) {
    this.remote = remote;
  }

  /** Those of the names that are not there. */
  Set<String> lacking(Collection<String> names) throws IOException {
    Set<String> lacking = ConcurrentHashMap.newKeySet();
    lacking.addAll(names);
    if (names.size() <= THREADS || !remote.lists() || listingCosts() > names.size()) {
      SideBySide.each(
          new ArrayList<>(names),
          THREADS,
          () -> remote,
          (at, name) -> {
            if (at.has(name)) {
              lacking.remove(name);
            }
          });
      return lacking;
    }
    SideBySide.each(
        PREFIXES,
        THREADS,
        () -> remote,
        (at, prefix) -> at.list(prefix, listed -> lacking.remove(listed.name())));
    return lacking;
  }

  /** In requests; MD5s are spread evenly, so one prefix tells of all. */
  private long listingCosts() throws IOException {
    var first = new AtomicLong();
    remote.list("00", _ -> first.incrementAndGet());
    return PREFIXES.size() * (1 + first.get() / PAGE);
  }
}

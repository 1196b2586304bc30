package dev.fovea.dvc.transfer;

import dev.fovea.dvc.cache.ObjectIndex;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.remote.Remote;
import java.io.IOException;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Finds out which objects a remote lacks, by as few requests as that takes. */
public final class Presence {
  private static final int THREADS = 16;

  /** The first two digits that names may have: together they list everything. */
  public static final List<String> PREFIXES =
      IntStream.range(0, 256).mapToObj(i -> HexFormat.of().toHexDigits((byte) i)).toList();

  private static final int PAGE = 1000;

  /**
   * A store reads something of each object that it lists. MinIO lists 100,000 in 256 requests in
   * the time of some 9,000 questions for one.
   */
  private static final int LISTED_AS_ONE_ASKED = 12;

  private final Remote remote;

  Presence(Remote remote) {
    this.remote = remote;
  }

  /** Those of some objects that are not there. */
  BitSet lacking(ObjectIndex objects, BitSet some) throws IOException {
    var lacking = (BitSet) some.clone();
    int count = some.cardinality();
    if (count <= THREADS || !remote.lists() || listingCosts() > count) {
      if (count == 1 || !asksTogether(objects, lacking)) {
        askForEach(objects, lacking);
      }
      return lacking;
    }
    SideBySide.each(
        PREFIXES,
        THREADS,
        () -> remote,
        (at, prefix) -> at.list(prefix, listed -> remove(objects.find(listed.name()), lacking)));
    return lacking;
  }

  /**
   * Whether the remote answers for many at once; then those that are there are no longer among
   * them.
   */
  private boolean asksTogether(ObjectIndex objects, BitSet lacking) throws IOException {
    for (int from = lacking.nextSetBit(0); from >= 0; ) {
      var names = new LinkedHashSet<String>();
      for (;
          from >= 0 && names.size() < Remote.ASKED_TOGETHER;
          from = lacking.nextSetBit(from + 1)) {
        names.add(objects.name(from));
      }
      var there = remote.among(names);
      if (there.isEmpty()) {
        return false;
      }
      there.get().forEach(name -> lacking.clear(objects.find(name)));
    }
    return true;
  }

  private void askForEach(ObjectIndex objects, BitSet lacking) throws IOException {
    var open = lacking.stream().toArray();
    SideBySide.each(
        open.length,
        THREADS,
        () -> remote,
        (at, i) -> {
          if (at.has(objects.name(open[i]))) {
            remove(open[i], lacking);
          }
        });
  }

  private static void remove(int object, BitSet from) {
    if (object >= 0) {
      synchronized (from) {
        from.clear(object);
      }
    }
  }

  /** In requests; MD5s are spread evenly, so one prefix tells of all. */
  private long listingCosts() throws IOException {
    var first = new AtomicLong();
    remote.loose().list("00", _ -> first.incrementAndGet()); // what is in packs costs nothing
    return PREFIXES.size() * (1 + first.get() / PAGE + first.get() / LISTED_AS_ONE_ASKED);
  }
}

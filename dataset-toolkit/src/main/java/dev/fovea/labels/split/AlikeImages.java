package dev.fovea.labels.split;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Groups of images that are the same, or look alike, besides what another grouping says: two that
 * are alike bring their groups together, and so on. Hashes that differ in at most 3 of 64 bits are
 * equal in one of four bands of 16, so only images that share a band are compared (multi-index
 * hashing, Norouzi et al., CVPR 2012), each with the first 256 of that band.
 *
 * <p>A group's key is the smallest of those that came together: an image that is added later may
 * bring two groups together, and then one of them moves, unless splits are kept.
 */
public final class AlikeImages {
  private static final int MOST_BITS = 3;
  private static final int BANDS = 4;
  private static final int BAND_BITS = 16;
  private static final int BAND_MASK = (1 << BAND_BITS) - 1;
  private static final int MOST_COMPARED = 256;

  private final Map<String, String> parents = new HashMap<>();
  private final Map<String, String> keys = new HashMap<>(); // by path
  private final Map<String, String> digests = new HashMap<>(); // a key by digest
  private final Map<Integer, List<Seen>> bands = new HashMap<>();

  private record Seen(String key, long hash) {}

  /**
   * Adds an image.
   *
   * @param key of its group by another grouping; absent where there is no other
   * @param digest of its bytes
   * @param hash of what it looks like; absent where that says nothing
   */
  public void add(String path, Optional<String> key, String digest, OptionalLong hash) {
    var own = key.orElse(digest);
    parents.putIfAbsent(own, own);
    keys.put(path, own);
    join(own, digests.computeIfAbsent(digest, _ -> own));
    if (hash.isPresent()) {
      var seen = new Seen(own, hash.getAsLong());
      for (int band = 0; band < BANDS; band++) {
        compare(seen, bands.computeIfAbsent(bandOf(seen.hash(), band), _ -> new ArrayList<>()));
      }
    }
  }

  private void compare(Seen seen, List<Seen> sharing) {
    for (var other : sharing) {
      if (Long.bitCount(seen.hash() ^ other.hash()) <= MOST_BITS) {
        join(seen.key(), other.key());
      }
    }
    if (sharing.size() < MOST_COMPARED) {
      sharing.add(seen);
    }
  }

  private static int bandOf(long hash, int band) {
    return band << BAND_BITS | (int) (hash >>> band * BAND_BITS) & BAND_MASK;
  }

  private void join(String one, String other) {
    var a = root(one);
    var b = root(other);
    if (!a.equals(b)) {
      boolean first = a.compareTo(b) < 0;
      parents.put(first ? b : a, first ? a : b);
    }
  }

  private String root(String key) {
    var at = key;
    for (var parent = parent(at); !parent.equals(at); parent = parent(at)) {
      parents.put(at, parent(parent)); // halves the way of the next who asks
      at = parent;
    }
    return at;
  }

  private String parent(String key) {
    return parents.getOrDefault(key, key);
  }

  /** The grouping of all that were added. */
  public Grouping grouping() {
    return (_, path) -> Optional.ofNullable(keys.get(path)).map(this::root);
  }
}

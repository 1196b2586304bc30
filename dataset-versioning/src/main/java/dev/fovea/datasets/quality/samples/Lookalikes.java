package dev.fovea.datasets.quality.samples;

import dev.fovea.datasets.Sample;
import dev.fovea.datasets.quality.images.ImageVerdict;
import dev.fovea.vision.DifferenceHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds images of different splits that look alike, and counts those of one split: their difference
 * hashes differ in at most {@value #MOST_BITS} of 64 bits. Two such hashes are equal in one of four
 * bands of 16 bits, so that only images that share a band are compared (multi-index hashing,
 * Norouzi et al., CVPR 2012, with one band more than bits that may differ).
 */
final class Lookalikes {
  static final int MOST_BITS = 3;

  private static final int BANDS = 4;
  private static final int BAND_BITS = 16;
  private static final int BAND_MASK = (1 << BAND_BITS) - 1;

  /** Frames of one video share a band by the thousand; the first ones stand for the others. */
  private static final int MOST_COMPARED = 256;

  private final Map<Integer, List<Seen>> bands = new HashMap<>();
  private int ofOneSplit;

  private record Seen(Sample sample, long hash) {}

  /**
   * An image that was added before.
   *
   * @param distance how many bits of 64 differ
   */
  record Lookalike(Sample sample, int distance) {}

  /** Adds an image and answers the closest of those of other splits that were added before. */
  Optional<Lookalike> add(Sample sample, ImageVerdict verdict) {
    if (!DifferenceHash.tells(verdict.dhash(), verdict.width(), verdict.height())) {
      return Optional.empty();
    }
    var added = new Seen(sample, verdict.dhash());
    Optional<Lookalike> closest = Optional.empty();
    boolean repeats = false;
    for (int band = 0; band < BANDS; band++) {
      var sharing = bands.computeIfAbsent(key(added.hash(), band), _ -> new ArrayList<>());
      for (var other : sharing) {
        int distance = Long.bitCount(added.hash() ^ other.hash());
        if (distance > MOST_BITS || other.sample().image().equals(sample.image())) {
          continue;
        }
        if (other.sample().split().equals(sample.split())) {
          repeats = true;
        } else if (distance < closest.map(Lookalike::distance).orElse(MOST_BITS + 1)) {
          closest = Optional.of(new Lookalike(other.sample(), distance));
        }
      }
      keep(added, sharing);
    }
    ofOneSplit += repeats ? 1 : 0;
    return closest;
  }

  /** How many look like one of their own split that was added before. */
  int ofOneSplit() {
    return ofOneSplit;
  }

  // Each split has a place of its own, since an image is compared with those of other splits.
  private static void keep(Seen added, List<Seen> sharing) {
    long already =
        sharing.size() < MOST_COMPARED
            ? 0
            : sharing.stream()
                .filter(seen -> seen.sample().split().equals(added.sample().split()))
                .count();
    if (already < MOST_COMPARED) {
      sharing.add(added);
    }
  }

  private static int key(long hash, int band) {
    return band << BAND_BITS | (int) (hash >>> band * BAND_BITS) & BAND_MASK;
  }
}

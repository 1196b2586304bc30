package dev.fovea.vision.metrics.detection;

import dev.fovea.vision.metrics.ranking.ScoreOrder;
import java.util.Arrays;

/**
 * Matches the detections of one category to its truths, image by image, as COCO does: for each area
 * range and level of overlap, the detections in order of score each take the free truth that
 * overlaps most, of equal ones the last. Truths that don't count are asked last; a crowd is never
 * used up.
 */
final class ClassMatcher {
  private static final AreaRange[] AREAS = AreaRange.values();

  private final Items.Group truths;
  private final Items.Group detections;
  private final int category;
  private final int cap;
  private final ScoreOrder order = new ScoreOrder();
  private final int[] positives = new int[AREAS.length];

  // The detections kept so far, by image, in each by score.
  private double[] scores;
  private int[] images;
  private short[] places;
  private long[] matched;
  private long[] ignored;
  private int kept;

  // The truths of one image: those that count come first.
  private int[] asked = new int[16];
  private boolean[] taken = new boolean[16];
  private double[] overlaps = new double[256];
  private double[] best = new double[16];

  private ClassMatcher(DetectionSet set, int category, int cap) {
    this.truths = set.truths();
    this.detections = set.detections();
    this.category = category;
    this.cap = cap;
    int most = detections.starts()[category + 1] - detections.starts()[category];
    this.scores = new double[most];
    this.images = new int[most];
    this.places = new short[most];
    this.matched = new long[most];
    this.ignored = new long[most];
  }

  static ClassMatches match(DetectionSet set, int category, int cap) {
    return new ClassMatcher(set, category, cap).match();
  }

  private ClassMatches match() {
    int truth = truths.starts()[category];
    int truthsEnd = truths.starts()[category + 1];
    int detection = detections.starts()[category];
    int detectionsEnd = detections.starts()[category + 1];
    var truthImages = new int[AREAS.length][truthsEnd - truth];
    var counting = new int[AREAS.length];
    while (truth < truthsEnd || detection < detectionsEnd) {
      int image =
          Math.min(
              truth < truthsEnd ? truths.images()[truth] : Integer.MAX_VALUE,
              detection < detectionsEnd ? detections.images()[detection] : Integer.MAX_VALUE);
      int lastTruth = end(truths.images(), truth, truthsEnd, image);
      int lastDetection = end(detections.images(), detection, detectionsEnd, image);
      matchImage(image, truth, lastTruth - truth, detection, lastDetection - detection);
      for (; truth < lastTruth; truth++) {
        for (var area : AREAS) {
          if (counts(truth, area)) {
            truthImages[area.ordinal()][counting[area.ordinal()]++] = image;
          }
        }
      }
      detection = lastDetection;
    }
    for (int area = 0; area < AREAS.length; area++) {
      truthImages[area] = Arrays.copyOf(truthImages[area], counting[area]);
    }
    return sorted(truthImages);
  }

  private static int end(int[] images, int from, int end, int image) {
    int at = from;
    while (at < end && images[at] == image) {
      at++;
    }
    return at;
  }

  private boolean counts(int truth, AreaRange area) {
    return !truths.crowds()[truth] && area.holds(truths.numbers()[truth]);
  }

  private void matchImage(int image, int truth, int truthCount, int detection, int count) {
    var byScore = order.descending(detections.numbers(), detection, count);
    int keptHere = Math.min(count, cap);
    for (int d = 0; d < keptHere; d++) {
      scores[kept + d] = detections.numbers()[detection + byScore[d]];
      images[kept + d] = image;
      places[kept + d] = (short) d;
    }
    findOverlaps(truth, truthCount, detection, byScore, keptHere);
    for (var area : AREAS) {
      int regular = ask(area, truth, truthCount);
      positives[area.ordinal()] += regular;
      if (truthCount > 0 && keptHere > 0) {
        for (int level = 0; level < Thresholds.OVERLAPS; level++) {
          matchLevel(truth, truthCount, regular, keptHere, level, ClassMatches.bit(area, level));
        }
      }
      ignoreOutside(area, detection, byScore, keptHere);
    }
    kept += keptHere;
  }

  private void findOverlaps(int truth, int truthCount, int detection, int[] byScore, int count) {
    int cells = Math.multiplyExact(truthCount, count);
    if (overlaps.length < cells) {
      overlaps = new double[Math.max(cells, 2 * overlaps.length)];
    }
    if (best.length < count) {
      best = new double[Math.max(count, 2 * best.length)];
    }
    for (int d = 0; d < count; d++) {
      double most = 0;
      for (int t = 0; t < truthCount; t++) {
        double overlap =
            detections
                .regions()
                .overlap(
                    detection + byScore[d],
                    truths.regions(),
                    truth + t,
                    truths.crowds()[truth + t]);
        overlaps[d * truthCount + t] = overlap;
        most = Math.max(most, overlap);
      }
      best[d] = most;
    }
  }

  /** Puts the truths in the order in which they are asked; how many of them count. */
  private int ask(AreaRange area, int truth, int truthCount) {
    if (asked.length < truthCount) {
      asked = new int[Math.max(truthCount, 2 * asked.length)];
      taken = new boolean[asked.length];
    }
    int next = 0;
    for (int t = 0; t < truthCount; t++) {
      if (counts(truth + t, area)) {
        asked[next++] = t;
      }
    }
    int regular = next;
    for (int t = 0; t < truthCount; t++) {
      if (!counts(truth + t, area)) {
        asked[next++] = t;
      }
    }
    return regular;
  }

  private void matchLevel(int truth, int truthCount, int regular, int count, int level, int bit) {
    double least = Math.min(Thresholds.overlap(level), 1 - 1e-10);
    Arrays.fill(taken, 0, truthCount, false);
    for (int d = 0; d < count; d++) {
      if (best[d] < least) {
        continue;
      }
      int match = find(truth, truthCount, regular, d, least);
      if (match >= 0) {
        taken[match] = true;
        matched[kept + d] |= 1L << bit;
        ignored[kept + d] |= match >= regular ? 1L << bit : 0;
      }
    }
  }

  private int find(int truth, int truthCount, int regular, int detection, double least) {
    double most = least;
    int match = -1;
    for (int i = 0; i < truthCount; i++) {
      if (match >= 0 && match < regular && i >= regular) {
        break; // a truth that counts is never given up for one that doesn't
      }
      boolean free = !taken[i] || truths.crowds()[truth + asked[i]];
      double overlap = overlaps[detection * truthCount + asked[i]];
      if (free && overlap >= most) {
        most = overlap;
        match = i;
      }
    }
    return match;
  }

  private void ignoreOutside(AreaRange area, int detection, int[] byScore, int count) {
    long bits = ((1L << Thresholds.OVERLAPS) - 1) << ClassMatches.bit(area, 0);
    for (int d = 0; d < count; d++) {
      if (!area.holds(detections.regions().area(detection + byScore[d]))) {
        ignored[kept + d] |= bits & ~matched[kept + d];
      }
    }
  }

  private ClassMatches sorted(int[][] truthImages) {
    var byScore = order.descending(scores, 0, kept);
    var sorted =
        new ClassMatches(
            new double[kept],
            new int[kept],
            new short[kept],
            new long[kept],
            new long[kept],
            positives,
            truthImages);
    for (int i = 0; i < kept; i++) {
      int from = byScore[i];
      sorted.scores()[i] = scores[from];
      sorted.images()[i] = images[from];
      sorted.places()[i] = places[from];
      sorted.matched()[i] = matched[from];
      sorted.ignored()[i] = ignored[from];
    }
    return sorted;
  }
}

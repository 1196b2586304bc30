package dev.fovea.vision.metrics.detection;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * COCO's evaluation of a detector, equal to that of pycocotools 2.0.11 ({@code COCOeval} with its
 * default levels of overlap, recall and area) bit by bit on machines without fused multiply-add.
 *
 * <p>Images count in the order of their ids, truths and detections of an image in the order they
 * were collected. Three oddities of pycocotools are not repeated: there are no annotation ids, so
 * none is mistaken for "unmatched" because it is 0; {@link CocoSummary#ap} takes {@link
 * DetectionCaps#most} also when that is not 100, instead of being -1; and boxes whose area
 * underflows to 0 overlap nothing, instead of everything.
 *
 * <p>Categories are matched on the threads of the common pool; the result does not depend on how
 * many there are.
 */
public final class CocoEvaluation {
  private final DetectionSet set;
  private final DetectionCaps caps;
  private final ClassMatches[] matches;

  private CocoEvaluation(DetectionSet set, DetectionCaps caps, ClassMatches[] matches) {
    this.set = set;
    this.caps = caps;
    this.matches = matches;
  }

  /** Evaluates with COCO's own caps: 1, 10 and 100 detections. */
  public static CocoEvaluation of(DetectionSet set) {
    return of(set, DetectionCaps.COCO);
  }

  /** Evaluates with other caps. */
  public static CocoEvaluation of(DetectionSet set, DetectionCaps caps) {
    var matches = new ClassMatches[set.categoryCount()];
    IntStream.range(0, matches.length)
        .parallel()
        .forEach(category -> matches[category] = ClassMatcher.match(set, category, caps.most()));
    return new CocoEvaluation(set, caps, matches);
  }

  /** The ids of the categories, ascending. */
  public long[] categories() {
    return set.categories();
  }

  /** How many levels of overlap there are: 10. */
  public static int overlapLevels() {
    return Thresholds.OVERLAPS;
  }

  /** The overlap that a match needs at a level: 0.50 at 0, 0.75 at 5, 0.95 at 9. */
  public static double overlap(int level) {
    Thresholds.requireOverlap(level);
    return Thresholds.overlap(level);
  }

  /** COCO's twelve numbers. */
  public CocoSummary summary() {
    var all = precisions(AreaRange.ALL);
    int each = Thresholds.RECALLS * matches.length;
    return new CocoSummary(
        Mean.ofMeasured(all),
        Mean.ofMeasured(Arrays.copyOfRange(all, 0, each)),
        Mean.ofMeasured(Arrays.copyOfRange(all, 5 * each, 6 * each)),
        Mean.ofMeasured(precisions(AreaRange.SMALL)),
        Mean.ofMeasured(precisions(AreaRange.MEDIUM)),
        Mean.ofMeasured(precisions(AreaRange.LARGE)),
        Mean.ofMeasured(recalls(AreaRange.ALL, caps.few())),
        Mean.ofMeasured(recalls(AreaRange.ALL, caps.some())),
        Mean.ofMeasured(recalls(AreaRange.ALL, caps.most())),
        Mean.ofMeasured(recalls(AreaRange.SMALL, caps.most())),
        Mean.ofMeasured(recalls(AreaRange.MEDIUM, caps.most())),
        Mean.ofMeasured(recalls(AreaRange.LARGE, caps.most())));
  }

  /**
   * The average precision of one category over all levels of overlap, 0 to 1; absent where it has
   * no truth in this area range.
   */
  public OptionalDouble averagePrecision(long category, AreaRange area) {
    return averagePrecision(category, area, 0, Thresholds.OVERLAPS);
  }

  /** The same at one level of overlap. */
  public OptionalDouble averagePrecision(long category, AreaRange area, int overlap) {
    Thresholds.requireOverlap(overlap);
    return averagePrecision(category, area, overlap, overlap + 1);
  }

  private OptionalDouble averagePrecision(long category, AreaRange area, int from, int to) {
    var found = matches[set.categoryIndex(category)];
    if (found.positives(area) == 0) {
      return OptionalDouble.empty();
    }
    var curve = new SampledCurve();
    var all = new double[(to - from) * Thresholds.RECALLS];
    for (int overlap = from; overlap < to; overlap++) {
      curve.trace(found, area, overlap, caps.most());
      int at = (overlap - from) * Thresholds.RECALLS;
      System.arraycopy(curve.precisions(), 0, all, at, Thresholds.RECALLS);
    }
    return OptionalDouble.of(Mean.ofMeasured(all));
  }

  /**
   * The share of a category's truths that are found at one level of overlap with so many detections
   * an image, 0 to 1; absent where it has no truth in this area range.
   *
   * @param cap how many detections of each image count, at most {@link DetectionCaps#most}
   */
  public OptionalDouble recall(long category, AreaRange area, int overlap, int cap) {
    Thresholds.requireOverlap(overlap);
    requireCap(cap);
    var found = matches[set.categoryIndex(category)];
    int positives = found.positives(area);
    return positives == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) found.found(area, cap)[overlap] / positives);
  }

  /**
   * Precision against recall of one category at one level of overlap; absent where it has no truth
   * in this area range.
   *
   * @param cap how many detections of each image count, at most {@link DetectionCaps#most}
   */
  public Optional<PrecisionRecall> curve(long category, AreaRange area, int overlap, int cap) {
    Thresholds.requireOverlap(overlap);
    requireCap(cap);
    var found = matches[set.categoryIndex(category)];
    if (found.positives(area) == 0) {
      return Optional.empty();
    }
    var curve = new SampledCurve();
    curve.trace(found, area, overlap, cap);
    return Optional.of(new PrecisionRecall(curve.precisions(), curve.scores()));
  }

  DetectionSet set() {
    return set;
  }

  ClassMatches[] matches() {
    return matches;
  }

  DetectionCaps caps() {
    return caps;
  }

  private void requireCap(int cap) {
    if (cap < 1 || cap > caps.most()) {
      throw new IllegalArgumentException(
          "detections of an image and category: %d (expected: 1 to %d, the most of this evaluation)"
              .formatted(cap, caps.most()));
    }
  }

  /** By overlap, recall, category, as pycocotools averages them; -1 where no truth counts. */
  private double[] precisions(AreaRange area) {
    int categories = matches.length;
    var all = new double[Thresholds.OVERLAPS * Thresholds.RECALLS * categories];
    IntStream.range(0, categories)
        .parallel()
        .forEach(category -> {
          var curve = new SampledCurve();
          boolean none = matches[category].positives(area) == 0;
          for (int overlap = 0; overlap < Thresholds.OVERLAPS; overlap++) {
            if (!none) {
              curve.trace(matches[category], area, overlap, caps.most());
            }
            for (int level = 0; level < Thresholds.RECALLS; level++) {
              all[(overlap * Thresholds.RECALLS + level) * categories + category] =
                  none ? -1 : curve.precisions()[level];
            }
          }
        });
    return all;
  }

  /** By overlap and category; -1 where no truth counts. */
  private double[] recalls(AreaRange area, int cap) {
    int categories = matches.length;
    var all = new double[Thresholds.OVERLAPS * categories];
    for (int category = 0; category < categories; category++) {
      int positives = matches[category].positives(area);
      int[] found = matches[category].found(area, cap);
      for (int overlap = 0; overlap < Thresholds.OVERLAPS; overlap++) {
        all[overlap * categories + category] =
            positives == 0 ? -1 : (double) found[overlap] / positives;
      }
    }
    return all;
  }
}

package dev.fovea.vision.metrics.detection;

import dev.fovea.vision.metrics.ranking.ScoreOrder;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Pascal VOC's average precision (Everingham et al., IJCV 2010, section 4.2), as the development
 * kit's {@code VOCevaldet} has it and {@code voc_eval} of py-faster-rcnn repeats it.
 *
 * <p>A detection is compared with the one truth of its image and category that it overlaps most, of
 * equal ones the first. It is right when they overlap enough and the truth was not found before,
 * wrong when it was; where that truth is difficult (the collectors' {@code crowd}), the detection
 * counts for nothing. All detections count, in order of score, equal scores in order of image ids.
 */
public final class VocEvaluation {
  private static final int POINTS = 11;

  private final DetectionSet set;
  private final Curve[] curves;

  private VocEvaluation(DetectionSet set, Curve[] curves) {
    this.set = set;
    this.curves = curves;
  }

  /** Evaluates at the overlap that the challenge asks for, 0.5. */
  public static VocEvaluation of(DetectionSet set) {
    return of(set, 0.5);
  }

  /**
   * Evaluates at another overlap.
   *
   * @param overlap that a right detection has at least, above 0, at most 1
   */
  public static VocEvaluation of(DetectionSet set, double overlap) {
    if (!(overlap > 0 && overlap <= 1)) {
      throw new IllegalArgumentException(
          "overlap: %s (expected: above 0, at most 1)".formatted(overlap));
    }
    var curves = new Curve[set.categoryCount()];
    IntStream.range(0, curves.length)
        .parallel()
        .forEach(category -> curves[category] = new Matching(set, category).curve(overlap));
    return new VocEvaluation(set, curves);
  }

  /**
   * VOC2007's measure: the mean of the best precisions at recall 0, 0.1 … 1 or beyond, 0 to 1;
   * absent where the category has no truth that must be found.
   */
  public OptionalDouble elevenPoint(long category) {
    return curves[set.categoryIndex(category)].elevenPoint();
  }

  /** VOC2010's measure: the area below the curve of best precisions, 0 to 1; absent likewise. */
  public OptionalDouble area(long category) {
    return curves[set.categoryIndex(category)].area();
  }

  /** The mean of {@link #elevenPoint} over the categories that have it; absent where none has. */
  public OptionalDouble meanElevenPoint() {
    return mean(Arrays.stream(curves).map(Curve::elevenPoint).toList());
  }

  /** The mean of {@link #area} over the categories that have it; absent where none has. */
  public OptionalDouble meanArea() {
    return mean(Arrays.stream(curves).map(Curve::area).toList());
  }

  private static OptionalDouble mean(Iterable<OptionalDouble> precisions) {
    var measured = DoubleStream.builder();
    precisions.forEach(precision -> precision.ifPresent(measured::add));
    return measured.build().average();
  }

  /**
   * What becomes of the detections, the highest score first.
   *
   * @param recalls after each detection
   * @param precisions the best from each detection on
   */
  @SuppressWarnings("ArrayRecordComponent") // never leaves this class, never compared
  private record Curve(int positives, double[] recalls, double[] precisions) {

    OptionalDouble elevenPoint() {
      if (positives == 0) {
        return OptionalDouble.empty();
      }
      double sum = 0;
      int at = 0;
      for (int point = 0; point < POINTS; point++) {
        double least = point * 0.1; // as numpy's arange: 0.30000000000000004 at 3
        while (at < recalls.length && recalls[at] < least) {
          at++;
        }
        sum += (at < recalls.length ? precisions[at] : 0) / POINTS;
      }
      return OptionalDouble.of(sum);
    }

    OptionalDouble area() {
      if (positives == 0) {
        return OptionalDouble.empty();
      }
      double sum = 0;
      double last = 0;
      for (int i = 0; i < recalls.length; i++) {
        sum += (recalls[i] - last) * precisions[i];
        last = recalls[i];
      }
      return OptionalDouble.of(sum);
    }
  }

  /** The detections of one category and the truths that were not found yet. */
  private static final class Matching {
    private final Items.Group truths;
    private final Items.Group detections;
    private final int firstTruth;
    private final int lastTruth;
    private final int firstDetection;
    private final int count;
    private final boolean[] found;

    Matching(DetectionSet set, int category) {
      this.truths = set.truths();
      this.detections = set.detections();
      this.firstTruth = truths.starts()[category];
      this.lastTruth = truths.starts()[category + 1];
      this.firstDetection = detections.starts()[category];
      this.count = detections.starts()[category + 1] - firstDetection;
      this.found = new boolean[lastTruth - firstTruth];
    }

    Curve curve(double overlap) {
      int positives = 0;
      for (int t = firstTruth; t < lastTruth; t++) {
        positives += truths.crowds()[t] ? 0 : 1;
      }
      var order = new ScoreOrder().descending(detections.numbers(), firstDetection, count);
      var recalls = new double[count];
      var precisions = new double[count];
      int right = 0;
      int wrong = 0;
      for (int d = 0; d < count; d++) {
        int truth = most(firstDetection + order[d], overlap);
        if (truth < 0 || found[truth - firstTruth]) {
          wrong++;
        } else if (!truths.crowds()[truth]) {
          found[truth - firstTruth] = true;
          right++;
        }
        recalls[d] = positives == 0 ? 0 : (double) right / positives;
        precisions[d] = right == 0 ? 0 : (double) right / (right + wrong);
      }
      for (int d = count - 1; d > 0; d--) {
        precisions[d - 1] = Math.max(precisions[d - 1], precisions[d]);
      }
      return new Curve(positives, recalls, precisions);
    }

    /** The truth that a detection overlaps most; -1 where it doesn't overlap enough. */
    private int most(int detection, double least) {
      int image = detections.images()[detection];
      int at = Arrays.binarySearch(truths.images(), firstTruth, lastTruth, image);
      while (at > firstTruth && truths.images()[at - 1] == image) {
        at--;
      }
      double most = 0;
      int truth = -1;
      for (; at >= 0 && at < lastTruth && truths.images()[at] == image; at++) {
        double overlap = detections.regions().overlap(detection, truths.regions(), at, false);
        if (overlap > most) {
          most = overlap;
          truth = at;
        }
      }
      return most >= least ? truth : -1;
    }
  }
}

package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Comparison;
import dev.fovea.pipelines.Comparison.Box;
import dev.fovea.pipelines.Comparison.OfClass;
import dev.fovea.pipelines.Comparison.Pair;
import dev.fovea.pipelines.Comparison.Said;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.evaluate.ClassInterval;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.Coco;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.pipelines.evaluate.Presence;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.vision.detection.Detection;
import dev.fovea.vision.metrics.detection.AreaRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts both variants beside each other. Both evaluations hold the same images by path, so that what
 * was said to one image is at the same place.
 */
public final class Comparing {
  /** Weaker detections are not drawn. */
  private static final double LEAST_SCORE = 0.25;

  private static final int MOST_FOUND = 16;
  private static final int MOST_THERE = 32;

  /** COCO's average precision of what is all right is a rounding less than 1. */
  private static final double LEAST_LOSS = 1e-9;

  private static final Comparator<OfClass> FALLEN_MOST =
      Comparator.<OfClass>comparingDouble(each -> each.change().value())
          .thenComparingDouble(each -> each.int8().value())
          .thenComparing(OfClass::name);

  private Comparing() {}

  /**
   * Compares what was evaluated.
   *
   * @throws IllegalArgumentException when the evaluations are not of the same images
   */
  public static Comparison of(Evidence evidence) {
    var fp32 = evidence.of(Variant.FP32).evaluation();
    var int8 = evidence.of(Variant.INT8).evaluation();
    if (fp32.size() != int8.size()) {
      throw new IllegalArgumentException(
          "evaluations of %d and %d images (expected: the same)"
              .formatted(fp32.size(), int8.size()));
    }
    return switch (int8) {
      case ClassifiedEvaluation of -> classified(((ClassifiedEvaluation) fp32).answers(), of);
      case DetectedEvaluation of -> detected((DetectedEvaluation) fp32, of);
    };
  }

  private static Comparison classified(List<Scored> fp32, ClassifiedEvaluation evaluation) {
    var int8 = evaluation.answers();
    // By class: right in both, in the first alone, in the second alone, in neither.
    var counts = new TreeMap<String, long[]>();
    for (int i = 0; i < int8.size(); i++) {
      int place = (fp32.get(i).right() ? 0 : 2) + (int8.get(i).right() ? 0 : 1);
      counts.computeIfAbsent(int8.get(i).label(), _ -> new long[4])[place]++;
    }
    var classes = new ArrayList<OfClass>();
    counts.forEach((name, count) -> classes.add(ofClass(name, count)));
    var wrong =
        IntStream.range(0, int8.size())
            .filter(i -> !int8.get(i).right())
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> !fp32.get(i).right())
                    .thenComparingDouble(i -> -int8.get(i).confidence())
                    .thenComparing(i -> int8.get(i).path()))
            .map(i -> pair(fp32.get(i), int8.get(i)))
            .toList();
    return comparison("recall", "images", int8.size(), classes, wrong);
  }

  private static OfClass ofClass(String name, long[] count) {
    long all = count[0] + count[1] + count[2] + count[3];
    var change = Estimate.pairedDifference(count[0], count[2], count[1], count[3]);
    return new OfClass(
        name,
        Math.toIntExact(all),
        bounded(Estimate.share(count[0] + count[1], all)),
        bounded(Estimate.share(count[0] + count[2], all)),
        bounded(change));
  }

  private static Bounded bounded(Estimate estimate) {
    return new Bounded(estimate.value(), estimate.low(), estimate.high());
  }

  private static Pair pair(Scored fp32, Scored int8) {
    return new Pair(
        int8.image(), int8.path(), int8.slice(), int8.label(), List.of(), said(fp32), said(int8));
  }

  private static Said said(Scored answer) {
    return new Said(answer.answer(), answer.confidence(), List.of());
  }

  private static Comparison detected(DetectedEvaluation fp32, DetectedEvaluation int8) {
    var classes = new ArrayList<OfClass>();
    var presences = Presence.of(int8.images(), int8.classes());
    var changes = ClassInterval.ofDifference(fp32.images(), int8.images(), int8.classes());
    int8.precisions()
        .forEach((name, value) -> {
          double before = fp32.precisions().getOrDefault(name, 0.0);
          var presence = Optional.ofNullable(presences.get(name));
          classes.add(
              new OfClass(
                  name,
                  presence.map(Presence::objects).orElse(0),
                  presence.map(Presence::images),
                  bounded(before, fp32.intervals().get(name)),
                  bounded(value, int8.intervals().get(name)),
                  bounded(value - before, changes.get(name))));
        });
    record Seen(Found fp32, Found int8, double before, double now) {}
    var worst = new ArrayList<Seen>();
    for (int i = 0; i < int8.images().size(); i++) {
      double now = value(int8.images().get(i));
      if (1 - now > LEAST_LOSS) {
        var before = fp32.images().get(i);
        worst.add(new Seen(before, int8.images().get(i), value(before), now));
      }
    }
    var pairs =
        worst.stream()
            .sorted(
                Comparator.<Seen>comparingDouble(seen -> seen.now() - seen.before())
                    .thenComparingDouble(Seen::now)
                    .thenComparing(seen -> seen.int8().path()))
            .limit(Comparison.MOST_IMAGES)
            .map(seen ->
                new Pair(
                    seen.int8().image(),
                    seen.int8().path(),
                    seen.int8().slice(),
                    "",
                    there(seen.int8(), int8.classes()),
                    new Said("", seen.before(), found(seen.fp32(), int8.classes())),
                    new Said("", seen.now(), found(seen.int8(), int8.classes()))))
            .toList();
    var compared = comparison("average precision", "objects", int8.images().size(), classes, pairs);
    return new Comparison(
        compared.measure(),
        compared.counted(),
        compared.on(),
        compared.classes(),
        compared.classesLeft(),
        compared.images(),
        worst.size() - pairs.size());
  }

  /** Both ends are the value itself where there is no interval. */
  private static Bounded bounded(double value, @Nullable ClassInterval interval) {
    return interval == null
        ? new Bounded(value, value, value)
        : new Bounded(value, Math.min(value, interval.low()), Math.max(value, interval.high()));
  }

  /** The image's own average precision; where nothing is there, 1 less the surest score. */
  private static double value(Found image) {
    if (image.objects().isEmpty()) {
      return 1
          - image.detections().stream()
              .mapToDouble(each -> Math.clamp(each.score(), 0, 1))
              .max()
              .orElse(0);
    }
    var coco = Coco.of(List.of(image));
    var categories = coco.categories();
    double sum = 0;
    for (long category : categories) {
      sum += coco.averagePrecision(category, AreaRange.ALL).orElse(0);
    }
    return sum / categories.length;
  }

  private static List<Box> there(Found image, List<String> classes) {
    return image.objects().stream()
        .limit(MOST_THERE)
        .map((Truth object) ->
            box(
                classes.get(object.category()),
                object.x1(),
                object.y1(),
                object.x2(),
                object.y2(),
                1))
        .toList();
  }

  private static List<Box> found(Found image, List<String> classes) {
    return image.detections().stream()
        .filter(each -> each.score() >= LEAST_SCORE)
        .limit(MOST_FOUND)
        .map((Detection each) ->
            box(
                classes.get(each.category()),
                each.x1(),
                each.y1(),
                each.x2(),
                each.y2(),
                Math.clamp(each.score(), 0, 1)))
        .toList();
  }

  private static Box box(String name, double x1, double y1, double x2, double y2, double score) {
    return new Box(name, tenth(x1), tenth(y1), tenth(x2), tenth(y2), score);
  }

  private static double tenth(double pixels) {
    return Math.rint(10 * pixels) / 10;
  }

  private static Comparison comparison(
      String measure, String counted, int images, List<OfClass> classes, List<Pair> worst) {
    return new Comparison(
        measure,
        counted,
        "test split, %,d images".formatted(images),
        classes.stream().sorted(FALLEN_MOST).limit(Comparison.MOST_CLASSES).toList(),
        Math.max(0, classes.size() - Comparison.MOST_CLASSES),
        worst.stream().limit(Comparison.MOST_IMAGES).toList(),
        Math.max(0, worst.size() - Comparison.MOST_IMAGES));
  }
}

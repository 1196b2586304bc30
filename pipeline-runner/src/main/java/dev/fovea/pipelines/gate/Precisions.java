package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.evaluate.Coco;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import dev.fovea.vision.metrics.detection.ApMeasure;
import dev.fovea.vision.metrics.detection.AreaRange;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import dev.fovea.vision.metrics.detection.PrecisionBootstrap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Average precisions, of one variant or as the drop between both, on the test split or a slice of
 * it. Intervals are a bootstrap over its images; of a drop, both variants are measured on the same
 * resamples, so that what makes an image hard for both cancels out.
 */
final class Precisions {
  private static final int LEAST_IMAGES = 20;
  private static final int LEAST_OBJECTS = 20;
  private static final int LEAST_OF_A_CLASS = 5;
  private static final int NAMED_CLASSES = 5;

  private static final PrecisionBootstrap BOOTSTRAP = new PrecisionBootstrap(1_000, 0.95, 1);

  private final Gate gate;
  private final List<String> classes;
  private final List<Found> fp32;
  private final List<Found> int8;
  private final AreaRange area;
  private final ApMeasure level;

  private Precisions(Gate gate, DetectedEvaluation fp32, DetectedEvaluation int8) {
    this.gate = gate;
    this.classes = int8.classes();
    this.fp32 = scope(gate, fp32);
    this.int8 = scope(gate, int8);
    this.area = area(gate.measure());
    this.level = gate.measure() == Measure.MAP50 ? ApMeasure.AP50 : ApMeasure.AP;
  }

  static Finding of(Gate gate, DetectedEvaluation fp32, DetectedEvaluation int8) {
    return new Precisions(gate, fp32, int8).find();
  }

  private static List<Found> scope(Gate gate, DetectedEvaluation evaluation) {
    return evaluation.images().stream()
        .filter(image -> gate.slice().isEmpty() || image.slice().equals(gate.slice()))
        .toList();
  }

  private static AreaRange area(Measure measure) {
    return switch (measure) {
      case MAP_SMALL -> AreaRange.SMALL;
      case MAP_MEDIUM -> AreaRange.MEDIUM;
      case MAP_LARGE -> AreaRange.LARGE;
      default -> AreaRange.ALL;
    };
  }

  private Finding find() {
    var counts = counts();
    int objects = IntStream.of(counts).sum();
    var on =
        "test split%s, %d images with %d objects%s"
            .formatted(
                gate.slice().map(slice -> ", slice " + slice).orElse(""),
                int8.size(),
                objects,
                area == AreaRange.ALL ? "" : " of this size");
    if (int8.isEmpty()) {
      return new Finding.Missing(on, "no image of the test split is in it");
    }
    if (objects == 0) {
      return new Finding.Missing(on, "there is nothing to find");
    }
    var judged = gate.drop() || gate.of() == Variant.INT8 ? int8 : fp32;
    boolean isWorst = gate.measure() == Measure.WORST_AP;
    var all = IntStream.range(0, classes.size()).boxed().toList();
    var categories = isWorst ? List.of(worstClass(judged)) : all;
    var estimate = isWorst ? worst(judged, categories.getFirst()) : mean();
    var note =
        isWorst ? "the worst class is " + classes.get(categories.getFirst()) : absent(counts);
    var frames = DecidingImages.of(gate, classes, area, categories, fp32, judged);
    var few = tooFew(counts, objects);
    return few.isEmpty()
        ? new Finding.Measured(estimate, on, note, frames)
        : new Finding.TooFew(estimate, on, few, frames);
  }

  /** How many objects each class has in these images and sizes. */
  private int[] counts() {
    var counts = new int[classes.size()];
    int8.stream()
        .flatMap(image -> image.objects().stream())
        .filter(object -> area.holds(object.area()))
        .forEach(object -> counts[object.category()]++);
    return counts;
  }

  private String tooFew(int[] counts, int objects) {
    if (int8.size() < LEAST_IMAGES) {
      return "%d images, and it takes %d".formatted(int8.size(), LEAST_IMAGES);
    }
    if (objects < LEAST_OBJECTS) {
      return "%d objects, and it takes %d".formatted(objects, LEAST_OBJECTS);
    }
    return gate.measure() == Measure.WORST_AP
        ? IntStream.range(0, counts.length)
            .filter(i -> counts[i] > 0 && counts[i] < LEAST_OF_A_CLASS)
            .mapToObj(i ->
                "%d objects of class %s, and it takes %d"
                    .formatted(counts[i], classes.get(i), LEAST_OF_A_CLASS))
            .findFirst()
            .orElse("")
        : "";
  }

  /** COCO's mean is over the classes that are there. */
  private String absent(int[] counts) {
    var absent =
        IntStream.range(0, counts.length)
            .filter(i -> counts[i] == 0)
            .mapToObj(classes::get)
            .toList();
    if (absent.isEmpty()) {
      return "";
    }
    var named = absent.stream().limit(NAMED_CLASSES).collect(Collectors.joining(", "));
    return "no object there is of %s%s"
        .formatted(named, absent.size() > NAMED_CLASSES ? " and other classes" : "");
  }

  private Estimate mean() {
    if (gate.drop()) {
      var first = Coco.of(int8);
      var second = Coco.of(fp32);
      return estimate(
          value(second) - value(first), BOOTSTRAP.ofDifference(first, second, level, area));
    }
    var judged = Coco.of(gate.of() == Variant.INT8 ? int8 : fp32);
    return estimate(value(judged), BOOTSTRAP.of(judged, level, area));
  }

  private double value(CocoEvaluation coco) {
    var summary = coco.summary();
    return switch (gate.measure()) {
      case MAP50 -> summary.ap50();
      case MAP_SMALL -> summary.apSmall();
      case MAP_MEDIUM -> summary.apMedium();
      case MAP_LARGE -> summary.apLarge();
      default -> summary.ap();
    };
  }

  /** Each variant has a worst class of its own, so a drop is one of independent values. */
  private Estimate worst(List<Found> judged, int worst) {
    var least = precision(judged, worst);
    return gate.drop() ? precision(fp32, worstClass(fp32)).minus(least) : least;
  }

  private static Estimate precision(List<Found> images, int category) {
    var coco = Coco.of(images, new long[] {category});
    return estimate(
        coco.averagePrecision(category, AreaRange.ALL).orElseThrow(),
        BOOTSTRAP.of(coco, ApMeasure.AP));
  }

  /** Of classes that are equally bad, the first. */
  private static int worstClass(List<Found> images) {
    var coco = Coco.of(images);
    long worst = -1;
    double least = Double.POSITIVE_INFINITY;
    for (long category : coco.categories()) {
      double precision = coco.averagePrecision(category, AreaRange.ALL).orElse(least);
      if (precision < least) {
        least = precision;
        worst = category;
      }
    }
    return Math.toIntExact(worst);
  }

  /** The ends are quantiles of resamples; in rare cases they leave out the value itself. */
  private static Estimate estimate(double value, BootstrapInterval interval) {
    return new Estimate(value, Math.min(value, interval.low()), Math.max(value, interval.high()));
  }
}

package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Deciding;
import dev.fovea.pipelines.evaluate.Coco;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.vision.metrics.detection.AreaRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The images that a person should look at: of a drop, those on which INT8 loses most of what FP32
 * found; else those on which most is missing or wrong. An image's value is its own average
 * precision; where nothing is in it, 1 less the score of the surest detection.
 */
final class DecidingImages {
  private static final int FRAMES = 12;
  private static final int NAMED_CLASSES = 3;

  /** COCO's average precision of what is all right is a rounding less than 1. */
  private static final double LEAST_LOSS = 1e-9;

  private final Gate gate;
  private final List<String> classes;
  private final AreaRange area;
  private final Set<Integer> categories;

  private DecidingImages(
      Gate gate, List<String> classes, AreaRange area, List<Integer> categories) {
    this.gate = gate;
    this.classes = classes;
    this.area = area;
    this.categories = new HashSet<>(categories);
  }

  private record Loss(double size, Deciding image) {}

  /**
   * At most {@value #FRAMES}, the largest loss first.
   *
   * @param categories the places of the classes that the rule is about
   * @param fp32 as {@code judged}, of the same images in the same order
   */
  static List<Deciding> of(
      Gate gate,
      List<String> classes,
      AreaRange area,
      List<Integer> categories,
      List<Found> fp32,
      List<Found> judged) {
    return new DecidingImages(gate, classes, area, categories).of(fp32, judged);
  }

  private List<Deciding> of(List<Found> fp32, List<Found> judged) {
    var losses = new ArrayList<Loss>();
    for (int i = 0; i < judged.size(); i++) {
      var image = judged.get(i);
      var value = value(image);
      double whole = gate.drop() ? value(fp32.get(i)).orElse(0) : 1;
      if (value.isPresent() && whole - value.getAsDouble() > LEAST_LOSS) {
        losses.add(loss(image, whole, value.getAsDouble()));
      }
    }
    return losses.stream()
        .sorted(
            Comparator.comparingDouble(Loss::size)
                .reversed()
                .thenComparing(loss -> loss.image().path()))
        .limit(FRAMES)
        .map(Loss::image)
        .toList();
  }

  private OptionalDouble value(Found image) {
    var there = there(image);
    if (there.isEmpty()) {
      return area == AreaRange.ALL ? OptionalDouble.of(1 - surest(image)) : OptionalDouble.empty();
    }
    var present = there.stream().mapToLong(Truth::category).distinct().sorted().toArray();
    var coco = Coco.of(List.of(image), present);
    double sum = 0;
    for (long category : present) {
      sum +=
          (gate.measure() == Measure.MAP50
                  ? coco.averagePrecision(category, area, 0)
                  : coco.averagePrecision(category, area))
              .orElse(0);
    }
    return OptionalDouble.of(sum / present.length);
  }

  private List<Truth> there(Found image) {
    return image.objects().stream()
        .filter(object -> categories.contains(object.category()) && area.holds(object.area()))
        .toList();
  }

  private double surest(Found image) {
    return image.detections().stream()
        .filter(each -> categories.contains(each.category()))
        .mapToDouble(each -> Math.clamp(each.score(), 0, 1))
        .max()
        .orElse(0);
  }

  private Loss loss(Found image, double whole, double value) {
    var there = there(image);
    var words =
        there.isEmpty()
            ? percent("nothing there, yet a detection is %.1f %% sure", 1 - value)
            : words(there) + percent(": average precision %.1f %%", value);
    var before = percent(", %.1f %% by fp32", there.isEmpty() ? 1 - whole : whole);
    return new Loss(
        whole - value,
        new Deciding(image.image(), image.path(), "", gate.drop() ? words + before : words, value));
  }

  /** {@code 2 crate, 1 parcel}. */
  private String words(List<Truth> there) {
    var counts =
        there.stream()
            .collect(
                Collectors.groupingBy(
                    object -> classes.get(object.category()), TreeMap::new, Collectors.counting()));
    var named =
        counts.entrySet().stream()
            .limit(NAMED_CLASSES)
            .map(entry -> "%d %s".formatted(entry.getValue(), entry.getKey()))
            .collect(Collectors.joining(", "));
    return counts.size() > NAMED_CLASSES ? named + " and others" : named;
  }

  private static String percent(String form, double share) {
    return String.format(Locale.ROOT, form, share * 100);
  }
}

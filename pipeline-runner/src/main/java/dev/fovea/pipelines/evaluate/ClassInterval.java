package dev.fovea.pipelines.evaluate;

import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import dev.fovea.vision.metrics.detection.ApMeasure;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import dev.fovea.vision.metrics.detection.PrecisionBootstrap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The 95 % interval of a class's average precision, or of the difference of two detectors', by a
 * bootstrap over the images, and on how much it rests: it is too narrow for a class that is in few
 * images ({@link PrecisionBootstrap#byCategory} says how much).
 *
 * @param low the lower end
 * @param high the upper end
 * @param objects how many of the class there are
 * @param images in how many images, at least 2
 */
public record ClassInterval(double low, double high, int objects, int images) {
  private static final PrecisionBootstrap BOOTSTRAP = new PrecisionBootstrap(1_000, 0.95, 1);

  /** No resample differs from another but by a rounding. */
  private static final double LEAST_WIDTH = 1e-9;

  /**
   * Of one detector, by class. A class whose objects are in one image alone has none, and neither
   * has one of which no resample differs from another, since nothing or everything of it is found.
   */
  static Map<String, ClassInterval> of(
      CocoEvaluation coco, List<Found> images, List<String> classes) {
    return named(BOOTSTRAP.byCategory(coco, ApMeasure.AP), images, classes);
  }

  /**
   * Of the second detector's average precision less the first's, both on the same resamples of the
   * same images.
   *
   * @param classes by the places of objects and detections
   */
  public static Map<String, ClassInterval> ofDifference(
      List<Found> first, List<Found> second, List<String> classes) {
    var categories = Coco.categories(second);
    return categories.length == 0
        ? Map.of()
        : named(
            BOOTSTRAP.ofDifferenceByCategory(
                Coco.of(first, categories), Coco.of(second, categories), ApMeasure.AP),
            second,
            classes);
  }

  private static Map<String, ClassInterval> named(
      Map<Long, BootstrapInterval> intervals, List<Found> images, List<String> classes) {
    var presences = Presence.of(images, classes);
    var named = new TreeMap<String, ClassInterval>();
    intervals.forEach((category, interval) -> {
      if (interval.high() - interval.low() >= LEAST_WIDTH) {
        var name = classes.get(Math.toIntExact(category));
        var presence = Objects.requireNonNull(presences.get(name));
        // The ends are quantiles of resamples; in rare cases they leave out the value itself.
        named.put(
            name,
            new ClassInterval(
                Math.min(interval.estimate(), interval.low()),
                Math.max(interval.estimate(), interval.high()),
                presence.objects(),
                presence.images()));
      }
    });
    return named;
  }
}

package dev.fovea.pipelines.evaluate;

import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.vision.metrics.detection.BoxCollector;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import java.util.Arrays;
import java.util.List;

/**
 * COCO's evaluation of what was found in some images. Categories are the places of the classes. Its
 * means are over the classes that are there, so that no others are looked at. A dataset version
 * does not keep COCO's {@code iscrowd}: crowds count as objects.
 */
public final class Coco {
  private Coco() {}

  /** The places of the classes that have objects in these images, ascending; may be empty. */
  public static long[] categories(List<Found> images) {
    return images.stream()
        .flatMap(image -> image.objects().stream())
        .mapToLong(Truth::category)
        .distinct()
        .sorted()
        .toArray();
  }

  /**
   * Of all classes that are there.
   *
   * @throws IllegalArgumentException when nothing is
   */
  public static CocoEvaluation of(List<Found> images) {
    return of(images, categories(images));
  }

  /**
   * Of some classes.
   *
   * @param categories their places, ascending, at least one
   */
  public static CocoEvaluation of(List<Found> images, long[] categories) {
    var collector = new BoxCollector(categories);
    for (int i = 0; i < images.size(); i++) {
      collector.image(i);
      for (var object : images.get(i).objects()) {
        if (Arrays.binarySearch(categories, object.category()) >= 0) {
          collector.truth(
              i,
              object.category(),
              object.x1(),
              object.y1(),
              Math.max(0, object.x2() - object.x1()),
              Math.max(0, object.y2() - object.y1()),
              object.area(),
              false);
        }
      }
      for (var found : images.get(i).detections()) {
        if (Arrays.binarySearch(categories, found.category()) >= 0) {
          collector.detection(
              i,
              found.category(),
              found.score(),
              found.x1(),
              found.y1(),
              found.x2() - found.x1(),
              found.y2() - found.y1());
        }
      }
    }
    return CocoEvaluation.of(collector.collected());
  }
}

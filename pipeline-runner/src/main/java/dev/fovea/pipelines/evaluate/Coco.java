package dev.fovea.pipelines.evaluate;

import dev.fovea.vision.metrics.detection.BoxCollector;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;

/**
 * COCO's evaluation of what was found in some images. Categories are the places of the classes. A
 * dataset version does not keep COCO's {@code iscrowd}, so crowds count as objects.
 */
public final class Coco {
  private Coco() {}

  /** Of all classes. */
  public static CocoEvaluation of(List<Found> images, int classes) {
    return of(images, LongStream.range(0, classes).toArray());
  }

  /**
   * Of some classes.
   *
   * @param categories their places, each once, at least one
   */
  public static CocoEvaluation of(List<Found> images, long... categories) {
    var wanted = new HashSet<Integer>();
    for (long category : categories) {
      wanted.add(Math.toIntExact(category));
    }
    var collector = new BoxCollector(categories);
    for (int i = 0; i < images.size(); i++) {
      collector.image(i);
      for (var object : images.get(i).objects()) {
        if (wanted.contains(object.category())) {
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
        if (wanted.contains(found.category())) {
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

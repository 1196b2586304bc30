package dev.fovea.vision.metrics.detection;

import java.util.SplittableRandom;

/** The rule {@code generated} of detection_reference.py, bit by bit. */
final class GeneratedBoxes {
  private final SplittableRandom chance;
  private final BoxCollector collector;

  private GeneratedBoxes(long seed, BoxCollector collector) {
    this.chance = new SplittableRandom(seed);
    this.collector = collector;
  }

  static DetectionSet of(long seed, int images, int categories) {
    var ids = new long[categories];
    for (int i = 0; i < categories; i++) {
      ids[i] = i + 1;
    }
    var generated = new GeneratedBoxes(seed, new BoxCollector(ids));
    for (int image = 0; image < images; image++) {
      generated.collector.image(image);
      generated.addImage(image, categories);
    }
    return generated.collector.collected();
  }

  private void addImage(int image, int categories) {
    for (long truths = below(16); truths > 0; truths--) {
      long category = 1 + below(categories);
      double left = unit() * 500;
      double top = unit() * 400;
      double width = 4 + unit() * unit() * 200;
      double height = 4 + unit() * unit() * 200;
      boolean crowd = below(50) == 0;
      double area = width * height * (0.5 + unit() / 2);
      collector.truth(image, category, left, top, width, height, area, crowd);
      for (long detections = below(5); detections > 0; detections--) {
        double movedLeft = left + width * (unit() - 0.5) / 3;
        double movedTop = top + height * (unit() - 0.5) / 3;
        double otherWidth = width * (0.8 + unit() * 0.4);
        double otherHeight = height * (0.8 + unit() * 0.4);
        double score = below(1000) / 1000.0;
        collector.detection(image, category, score, movedLeft, movedTop, otherWidth, otherHeight);
      }
    }
    for (long detections = below(30); detections > 0; detections--) {
      double left = unit() * 500;
      double top = unit() * 400;
      double width = 4 + unit() * 150;
      double height = 4 + unit() * 150;
      long category = 1 + below(categories);
      double score = below(600) / 1000.0;
      collector.detection(image, category, score, left, top, width, height);
    }
  }

  private double unit() {
    return (chance.nextLong() >>> 11) * 0x1p-53;
  }

  private long below(long bound) {
    return (chance.nextLong() >>> 33) % bound;
  }
}

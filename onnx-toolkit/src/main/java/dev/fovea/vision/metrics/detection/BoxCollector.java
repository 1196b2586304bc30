package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/**
 * Takes truths and detections that are upright boxes, in any order, once their image was named.
 * What is refused leaves no trace. Not for several threads at once.
 *
 * <p>Boxes are COCO's: left, top, width and height in pixels, and the right edge is left + width.
 * Pascal VOC's inclusive corners from 1 are the box (xmin - 1, ymin - 1, xmax - xmin + 1, ymax -
 * ymin + 1).
 */
public final class BoxCollector {
  private final Collected collected;
  private double[] truthSides = new double[256];
  private double[] detectionSides = new double[256];

  /**
   * A collector under {@link CollectorLimits#DEFAULT}.
   *
   * @param categories the ids of all categories, at most 4,096, each once
   */
  public BoxCollector(long... categories) {
    this(CollectorLimits.DEFAULT, categories);
  }

  /** A collector that refuses more than these limits. */
  public BoxCollector(CollectorLimits limits, long... categories) {
    this.collected = new Collected(limits, categories);
  }

  /**
   * Names an image, which may stay without truths and detections.
   *
   * @throws IllegalArgumentException when it was named before or is one too many
   */
  public BoxCollector image(long id) {
    collected.addImage(id);
    return this;
  }

  /**
   * An object that is there.
   *
   * @param area by which it is small, medium or large, in square pixels; COCO's annotations state
   *     it, and it is that of the object's outline, not of the box
   * @param crowd whether it stands for many objects or is one that need not be found: COCO's {@code
   *     iscrowd}, Pascal VOC's {@code difficult}
   * @throws IllegalArgumentException when image or category is unknown, a number is not finite or
   *     negative where it can't be, or it is one too many
   */
  public BoxCollector truth(
      long image,
      long category,
      double left,
      double top,
      double width,
      double height,
      double area,
      boolean crowd) {
    int imageIndex = collected.image(image);
    int categoryIndex = collected.category(category);
    requireBox(left, top, width, height);
    Collected.requireArea(area);
    collected.truths.requireRoom();
    truthSides = put(truthSides, collected.truths.size(), left, top, width, height);
    collected.truths.add(imageIndex, categoryIndex, area, crowd);
    return this;
  }

  /**
   * An object that the detector said is there.
   *
   * @param score how sure it is, any finite number; larger is surer
   * @throws IllegalArgumentException when image or category is unknown, a number is not finite, a
   *     size negative, or it is one too many
   */
  public BoxCollector detection(
      long image,
      long category,
      double score,
      double left,
      double top,
      double width,
      double height) {
    int imageIndex = collected.image(image);
    int categoryIndex = collected.category(category);
    requireBox(left, top, width, height);
    Collected.requireScore(score);
    collected.detections.requireRoom();
    detectionSides = put(detectionSides, collected.detections.size(), left, top, width, height);
    collected.detections.add(imageIndex, categoryIndex, score, false);
    return this;
  }

  /**
   * All that was collected.
   *
   * @throws IllegalArgumentException when no image was named, or an image has more than 10,000
   *     truths of one category
   */
  public DetectionSet collected() {
    return collected.set(new Boxes(truthSides), new Boxes(detectionSides));
  }

  private static void requireBox(double left, double top, double width, double height) {
    boolean placed =
        Math.abs(left) <= Collected.LARGEST && Math.abs(top) <= Collected.LARGEST; // false for NaN
    boolean sized =
        width >= 0 && width <= Collected.LARGEST && height >= 0 && height <= Collected.LARGEST;
    if (!placed || !sized) {
      throw new IllegalArgumentException(
          "box: %s x %s px at (%s, %s) (expected: numbers up to %s, sizes not negative)"
              .formatted(width, height, left, top, Collected.LARGEST));
    }
  }

  private static double[] put(
      double[] sides, int box, double left, double top, double width, double height) {
    int at = box * 4;
    var room = at == sides.length ? Arrays.copyOf(sides, 2 * at) : sides;
    room[at] = left;
    room[at + 1] = top;
    room[at + 2] = width;
    room[at + 3] = height;
    return room;
  }
}

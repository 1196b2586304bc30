package dev.fovea.vision.metrics.segmentation;

/**
 * How much a collector takes before it refuses more.
 *
 * @param images 1 to 2²⁸, as the other
 * @param classesInImages the classes that are true or answered in each image, of all images
 *     together; 16 bytes each
 */
public record SegmentationLimits(int images, int classesInImages) {
  /** A million images, 20 million classes in them (320 MB). */
  public static final SegmentationLimits DEFAULT = new SegmentationLimits(1_000_000, 20_000_000);

  private static final int LARGEST = 1 << 28;

  public SegmentationLimits {
    if (Math.min(images, classesInImages) < 1 || Math.max(images, classesInImages) > LARGEST) {
      throw new IllegalArgumentException(
          "limits: %d images, %d classes in them (expected: 1 to %d each)"
              .formatted(images, classesInImages, LARGEST));
    }
  }
}

package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/**
 * The truths of some images and what a detector said about them. Immutable; made by a {@link
 * BoxCollector} or a {@link MaskCollector}.
 */
public final class DetectionSet {
  /** How many truths of one category an image may have. */
  static final int MAX_TRUTHS_TOGETHER = 10_000;

  private final long[] categories;
  private final long[] images;
  private final Items.Group truths;
  private final Items.Group detections;

  DetectionSet(long[] categories, long[] images, Items.Group truths, Items.Group detections) {
    this.categories = categories;
    this.images = images;
    this.truths = truths;
    this.detections = detections;
    requireComparable();
  }

  private void requireComparable() {
    for (int category = 0; category < categories.length; category++) {
      int end = truths.starts()[category + 1];
      for (int i = truths.starts()[category] + MAX_TRUTHS_TOGETHER; i < end; i++) {
        if (truths.images()[i] == truths.images()[i - MAX_TRUTHS_TOGETHER]) {
          throw new IllegalArgumentException(
              "image %d, category %d: more than %d truths (expected: at most so many together)"
                  .formatted(
                      images[truths.images()[i]], categories[category], MAX_TRUTHS_TOGETHER));
        }
      }
    }
  }

  /** The ids of the categories, ascending. */
  public long[] categories() {
    return categories.clone();
  }

  /** How many images, with and without objects. */
  public int imageCount() {
    return images.length;
  }

  /** How many ground truths. */
  public int truthCount() {
    return truths.images().length;
  }

  /** How many detections. */
  public int detectionCount() {
    return detections.images().length;
  }

  Items.Group truths() {
    return truths;
  }

  Items.Group detections() {
    return detections;
  }

  int categoryCount() {
    return categories.length;
  }

  int categoryIndex(long id) {
    int index = Arrays.binarySearch(categories, id);
    if (index < 0) {
      throw new IllegalArgumentException(
          "category %d: unknown (expected: one of %d, from %d to %d)"
              .formatted(id, categories.length, categories[0], categories[categories.length - 1]));
    }
    return index;
  }

  /** Whether two sets hold the same truths in the same images. */
  boolean sameTruths(DetectionSet other) {
    return Arrays.equals(categories, other.categories)
        && Arrays.equals(images, other.images)
        && Arrays.equals(truths.starts(), other.truths.starts())
        && Arrays.equals(truths.images(), other.truths.images())
        && Arrays.equals(truths.numbers(), other.truths.numbers())
        && Arrays.equals(truths.crowds(), other.truths.crowds())
        && truths.regions().same(other.truths.regions());
  }
}

package dev.fovea.vision.metrics.detection;

import dev.fovea.vision.metrics.bootstrap.ImageIds;
import java.util.Arrays;
import java.util.stream.LongStream;

/** What collectors of boxes and of masks have in common: images, categories, and who is refused. */
final class Collected {
  /** How many categories a set may have. */
  static final int MAX_CATEGORIES = 4096;

  /** The largest number of a box or an area, so that no product of two overflows. */
  static final double LARGEST = 1e100;

  private final CollectorLimits limits;
  private final long[] categories;
  private final ImageIds images = new ImageIds();
  final Items truths;
  final Items detections;

  Collected(CollectorLimits limits, long[] categories) {
    this.limits = limits;
    this.categories = LongStream.of(categories).sorted().distinct().toArray();
    if (categories.length < 1
        || categories.length > MAX_CATEGORIES
        || this.categories.length < categories.length) {
      throw new IllegalArgumentException(
          "categories: %d, %d of them different (expected: 1 to %d, all different)"
              .formatted(categories.length, this.categories.length, MAX_CATEGORIES));
    }
    this.truths = new Items("truths", limits.truths());
    this.detections = new Items("detections", limits.detections());
  }

  void addImage(long id) {
    images.addNew(id, limits.images());
  }

  int image(long id) {
    int image = images.find(id);
    if (image < 0) {
      throw new IllegalArgumentException(
          "image %d: unknown among %d images (add the image first)".formatted(id, images.size()));
    }
    return image;
  }

  int category(long id) {
    int category = Arrays.binarySearch(categories, id);
    if (category < 0) {
      throw new IllegalArgumentException(
          "category %d: unknown (expected: one of %d, from %d to %d)"
              .formatted(id, categories.length, categories[0], categories[categories.length - 1]));
    }
    return category;
  }

  static void requireArea(double area) {
    if (!(area >= 0 && area <= LARGEST)) {
      throw new IllegalArgumentException(
          "area of a truth: %s px² (expected: 0 to %s)".formatted(area, LARGEST));
    }
  }

  static void requireScore(double score) {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException(
          "score of a detection: %s (expected: a finite number)".formatted(score));
    }
  }

  DetectionSet set(Regions truthRegions, Regions detectionRegions) {
    if (images.size() == 0) {
      throw new IllegalArgumentException("images: none (add at least one)");
    }
    var ids = images.ids();
    var sorted = ids.clone();
    Arrays.sort(sorted);
    var ranks = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ranks[i] = Arrays.binarySearch(sorted, ids[i]);
    }
    return new DetectionSet(
        categories,
        sorted,
        truths.grouped(ranks, categories.length, truthRegions),
        detections.grouped(ranks, categories.length, detectionRegions));
  }
}

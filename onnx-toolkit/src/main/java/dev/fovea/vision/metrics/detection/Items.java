package dev.fovea.vision.metrics.detection;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Truths or detections while they come in: a column each for image, category and a number, which is
 * the area of a truth and the score of a detection.
 */
final class Items {
  private static final int FIRST_CAPACITY = 64;

  private final String what;
  private final int limit;
  private int[] images = new int[FIRST_CAPACITY];
  private int[] categories = new int[FIRST_CAPACITY];
  private double[] numbers = new double[FIRST_CAPACITY];
  private boolean[] crowds = new boolean[FIRST_CAPACITY];
  private int size;

  Items(String what, int limit) {
    this.what = what;
    this.limit = limit;
  }

  int size() {
    return size;
  }

  void requireRoom() {
    if (size == limit) {
      throw new IllegalArgumentException(
          "%s: more than %d (evaluate fewer images at a time or collect under larger limits)"
              .formatted(what, limit));
    }
  }

  void add(int image, int category, double number, boolean crowd) {
    if (size == images.length) {
      int capacity = (int) Math.min(limit, 2L * size);
      images = Arrays.copyOf(images, capacity);
      categories = Arrays.copyOf(categories, capacity);
      numbers = Arrays.copyOf(numbers, capacity);
      crowds = Arrays.copyOf(crowds, capacity);
    }
    images[size] = image;
    categories[size] = category;
    numbers[size] = number;
    crowds[size] = crowd;
    size++;
  }

  /**
   * The items by category, in each by image, in each as they came.
   *
   * @param ranks the place of each image in the order of ids
   * @param regions where the items are, in the order they came
   */
  Group grouped(int[] ranks, int categoryCount, Regions regions) {
    var byImage = order(null, i -> ranks[images[i]], ranks.length);
    var starts = new int[categoryCount + 1];
    var order = order(byImage, i -> categories[i], categoryCount);
    for (int i = 0; i < size; i++) {
      starts[categories[i] + 1]++;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    var image = new int[size];
    var number = new double[size];
    var crowd = new boolean[size];
    for (int i = 0; i < size; i++) {
      image[i] = ranks[images[order[i]]];
      number[i] = numbers[order[i]];
      crowd[i] = crowds[order[i]];
    }
    return new Group(starts, image, number, crowd, regions.inOrder(order));
  }

  private interface Key {
    int of(int item);
  }

  /** A counting sort that keeps the order of equal keys; the items in {@code before}'s order. */
  private int[] order(int @Nullable [] before, Key key, int keys) {
    var next = new int[keys + 1];
    for (int i = 0; i < size; i++) {
      next[key.of(i) + 1]++;
    }
    for (int k = 0; k < keys; k++) {
      next[k + 1] += next[k];
    }
    var order = new int[size];
    for (int i = 0; i < size; i++) {
      int item = before == null ? i : before[i];
      order[next[key.of(item)]++] = item;
    }
    return order;
  }

  /**
   * Items by category, in each by image.
   *
   * @param starts where each category begins, and where the last one ends
   * @param images the rank of each item's image
   * @param numbers the area of each truth, the score of each detection
   * @param crowds whether it stands for many objects
   * @param regions where each is
   */
  @SuppressWarnings("ArrayRecordComponent") // never leaves the package, never compared
  record Group(int[] starts, int[] images, double[] numbers, boolean[] crowds, Regions regions) {}
}

package dev.fovea.labels.split;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.LabelledImage;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How many images, and how many objects of each class, every group has. Holds some 60 bytes for
 * each group and 12 for each of its classes, besides its key.
 */
final class ClassCounts {
  private static final int FIRST_SIZE = 2;

  private final Map<String, Integer> classes = new HashMap<>();
  private final Map<String, OfGroup> groups = new HashMap<>();

  /** One group's; a class is the number that it got when it was first seen. */
  static final class OfGroup {
    private int[] classes = new int[FIRST_SIZE]; // sorted
    private long[] objects = new long[FIRST_SIZE];
    private int size;
    private long images;

    private void add(int label) {
      int found = Arrays.binarySearch(classes, 0, size, label);
      if (found >= 0) {
        objects[found]++;
        return;
      }
      if (size == classes.length) {
        classes = Arrays.copyOf(classes, 2 * size);
        objects = Arrays.copyOf(objects, 2 * size);
      }
      int at = -found - 1;
      System.arraycopy(classes, at, classes, at + 1, size - at);
      System.arraycopy(objects, at, objects, at + 1, size - at);
      classes[at] = label;
      objects[at] = 1;
      size++;
    }

    long images() {
      return images;
    }

    /** How many classes it has. */
    int size() {
      return size;
    }

    /** The number of one of its classes, from 0. */
    int label(int i) {
      return classes[i];
    }

    /** How many objects it has of that class, at least 1. */
    long objects(int i) {
      return objects[i];
    }
  }

  void add(String group, LabelledImage image) {
    var counts = groups.computeIfAbsent(group, _ -> new OfGroup());
    counts.images++;
    for (Annotation annotation : image.annotations()) {
      counts.add(classes.computeIfAbsent(annotation.label(), _ -> classes.size()));
    }
  }

  /** The groups by their keys, in no order. */
  Map<String, OfGroup> groups() {
    return groups;
  }

  /** The numbers of the classes, by name. */
  Map<String, Integer> classes() {
    return classes;
  }
}

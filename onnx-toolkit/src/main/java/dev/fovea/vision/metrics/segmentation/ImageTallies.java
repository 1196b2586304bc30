package dev.fovea.vision.metrics.segmentation;

import dev.fovea.vision.metrics.ClassTallies;
import java.util.Arrays;

/** How often each class was true, answered, and both, image by image; only what is there. */
final class ImageTallies {
  private int[] starts = new int[16];
  private int[] labels = new int[64];
  private int[] right = new int[64];
  private int[] truths = new int[64];
  private int[] answers = new int[64];
  private int images;
  private int size;

  int size() {
    return size;
  }

  void add(int label, int rightOnes, int trueOnes, int answeredOnes) {
    if (size == labels.length) {
      int capacity = size + (size >> 1);
      labels = Arrays.copyOf(labels, capacity);
      right = Arrays.copyOf(right, capacity);
      truths = Arrays.copyOf(truths, capacity);
      answers = Arrays.copyOf(answers, capacity);
    }
    labels[size] = label;
    right[size] = rightOnes;
    truths[size] = trueOnes;
    answers[size] = answeredOnes;
    size++;
  }

  void endImage() {
    images++;
    if (images == starts.length) {
      starts = Arrays.copyOf(starts, images + (images >> 1));
    }
    starts[images] = size;
  }

  /** Counts an image so many times. */
  void addTo(ClassTallies tallies, int image, long times) {
    for (int i = starts[image]; i < starts[image + 1]; i++) {
      tallies.add(labels[i], times * right[i], times * truths[i], times * answers[i]);
    }
  }

  ImageTallies copy() {
    var copy = new ImageTallies();
    copy.starts = Arrays.copyOf(starts, images + 1);
    copy.labels = Arrays.copyOf(labels, size);
    copy.right = Arrays.copyOf(right, size);
    copy.truths = Arrays.copyOf(truths, size);
    copy.answers = Arrays.copyOf(answers, size);
    copy.images = images;
    copy.size = size;
    return copy;
  }
}

package dev.fovea.vision.metrics.segmentation;

import dev.fovea.vision.metrics.ConfusionMatrix;
import dev.fovea.vision.metrics.bootstrap.ImageIds;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import java.util.Arrays;

/**
 * Takes the class of each pixel, the true one and the answer, image by image. What is refused
 * leaves no trace. Not for several threads at once.
 *
 * <p>Keeps 16 bytes for each class of each image and 16 bytes for each pair of classes, no pixels.
 */
public final class SegmentationCollector {
  private static final int MAX_CLASSES = 1024;

  private final int classes;
  private final boolean ignores;
  private final int ignored;
  private final SegmentationLimits limits;
  private final ImageIds images = new ImageIds();
  private final ImageTallies tallies = new ImageTallies();
  private final long[] confusion;
  private long[] digests = new long[16];
  private long ignoredPixels;

  // of the image that is being counted
  private final int[] counts;
  private int[] touched = new int[64];
  private int touchedCount;
  private int ignoredHere;
  private long digest;

  /**
   * A collector under {@link SegmentationLimits#DEFAULT} for which every pixel counts.
   *
   * @param classes how many there are, 1 to 1,024; they are numbered from 0
   */
  public SegmentationCollector(int classes) {
    this(SegmentationLimits.DEFAULT, classes, false, 0);
  }

  /**
   * A collector for which pixels of one truth don't count, whatever the answer there is.
   *
   * @param ignored that truth, any number, such as 255; where it is a class, its answers elsewhere
   *     are wrong
   */
  public SegmentationCollector(int classes, int ignored) {
    this(SegmentationLimits.DEFAULT, classes, true, ignored);
  }

  /** A collector that refuses more than these limits and ignores pixels of one truth. */
  public SegmentationCollector(SegmentationLimits limits, int classes, int ignored) {
    this(limits, classes, true, ignored);
  }

  private SegmentationCollector(
      SegmentationLimits limits, int classes, boolean ignores, int ignored) {
    if (classes < 1 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "classes: %d (expected: 1 to %d)".formatted(classes, MAX_CLASSES));
    }
    this.limits = limits;
    this.classes = classes;
    this.ignores = ignores;
    this.ignored = ignored;
    this.confusion = new long[classes * classes];
    this.counts = new int[classes * classes];
  }

  /**
   * An image.
   *
   * @param image its id
   * @param truth the true class of each pixel
   * @param answer the answer for each pixel, in the same order
   * @throws IllegalArgumentException when the image was added before or is one too many, has no
   *     pixel, the lengths differ, or a class is not there
   */
  public SegmentationCollector add(long image, int[] truth, int[] answer) {
    begin(image, truth.length, answer.length);
    for (int pixel = 0; pixel < truth.length; pixel++) {
      count(image, pixel, truth[pixel], answer[pixel]);
    }
    return end(image);
  }

  /** The same with classes from 0 to 255, as in PNG files of labels. */
  public SegmentationCollector add(long image, byte[] truth, byte[] answer) {
    begin(image, truth.length, answer.length);
    for (int pixel = 0; pixel < truth.length; pixel++) {
      count(image, pixel, truth[pixel] & 0xff, answer[pixel] & 0xff);
    }
    return end(image);
  }

  /**
   * The measures of all images so far.
   *
   * @throws IllegalArgumentException when there is no image, or no pixel that counts
   */
  public Segmentation collected() {
    var truths = ImageTruths.of(images, digests);
    if (tallies.size() == 0) {
      throw new IllegalArgumentException(
          "pixels that count: none in %d images, %d ignored (expected: at least 1)"
              .formatted(truths.size(), ignoredPixels));
    }
    return new Segmentation(
        truths, ConfusionMatrix.ofCounts(classes, confusion), tallies.copy(), ignoredPixels);
  }

  private void begin(long image, int truthPixels, int answerPixels) {
    images.requireNew(image, limits.images());
    if (truthPixels != answerPixels || truthPixels == 0) {
      throw new IllegalArgumentException(
          "image %d: %d true and %d answered pixels (expected: equally many, at least 1)"
              .formatted(image, truthPixels, answerPixels));
    }
    for (int i = 0; i < touchedCount; i++) {
      counts[touched[i]] = 0;
    }
    touchedCount = 0;
    ignoredHere = 0;
    digest = truthPixels;
  }

  private void count(long image, int pixel, int truth, int answer) {
    digest = ImageTruths.digest(digest, truth);
    if (ignores && truth == ignored) {
      ignoredHere++;
      return;
    }
    if (truth < 0 || truth >= classes || answer < 0 || answer >= classes) {
      throw new IllegalArgumentException(
          "image %d, pixel %d: truth %d, answer %d (expected: 0 to %d%s)"
              .formatted(
                  image,
                  pixel,
                  truth,
                  answer,
                  classes - 1,
                  ignores ? ", or truth %d, which is ignored".formatted(ignored) : ""));
    }
    int cell = truth * classes + answer;
    if (counts[cell]++ == 0) {
      if (touchedCount == touched.length) {
        touched = Arrays.copyOf(touched, 2 * touchedCount);
      }
      touched[touchedCount++] = cell;
    }
  }

  private SegmentationCollector end(long image) {
    var right = new int[classes];
    var truths = new int[classes];
    var answers = new int[classes];
    for (int i = 0; i < touchedCount; i++) {
      int truth = touched[i] / classes;
      int answer = touched[i] % classes;
      int count = counts[touched[i]];
      truths[truth] += count;
      answers[answer] += count;
      right[truth] += truth == answer ? count : 0;
    }
    int there = 0;
    for (int label = 0; label < classes; label++) {
      there += truths[label] + answers[label] > 0 ? 1 : 0;
    }
    if (there > limits.classesInImages() - tallies.size()) {
      throw new IllegalArgumentException(
          "classes in images: more than %d (evaluate fewer images at a time or collect under larger limits)"
              .formatted(limits.classesInImages()));
    }
    images.addNew(image, limits.images());
    for (int label = 0; label < classes; label++) {
      if (truths[label] + answers[label] > 0) {
        tallies.add(label, right[label], truths[label], answers[label]);
      }
    }
    for (int i = 0; i < touchedCount; i++) {
      confusion[touched[i]] += counts[touched[i]];
    }
    tallies.endImage();
    ignoredPixels += ignoredHere;
    if (images.size() > digests.length) {
      digests = Arrays.copyOf(digests, 2 * digests.length);
    }
    digests[images.size() - 1] = digest;
    return this;
  }
}

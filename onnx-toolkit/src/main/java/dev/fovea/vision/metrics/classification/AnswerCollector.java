package dev.fovea.vision.metrics.classification;

import dev.fovea.vision.metrics.bootstrap.ImageIds;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import java.util.Arrays;

/**
 * Takes a classifier's probabilities, image by image. What is refused leaves no trace. Not for
 * several threads at once.
 *
 * <p>Keeps 8 bytes for each class of each image.
 */
public final class AnswerCollector {
  private static final int MAX_CLASSES = 4096;
  // INT8 outputs are steps of 1/255 or so, and not made to add up
  private static final double SUM_TOLERANCE = 0.01;

  private final int classes;
  private final AnswerLimits limits;
  private final ImageIds images = new ImageIds();
  private final ProbabilityRows rows;
  private long[] truths = new long[16];

  /**
   * A collector under {@link AnswerLimits#DEFAULT}.
   *
   * @param classes how many there are, 2 to 4,096; they are numbered from 0
   */
  public AnswerCollector(int classes) {
    this(AnswerLimits.DEFAULT, classes);
  }

  /** A collector that refuses more than these limits. */
  public AnswerCollector(AnswerLimits limits, int classes) {
    if (classes < 2 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "classes: %d (expected: 2 to %d)".formatted(classes, MAX_CLASSES));
    }
    this.classes = classes;
    this.limits = limits;
    this.rows = new ProbabilityRows(classes);
  }

  /**
   * An image whose answer is probabilities.
   *
   * @param image its id
   * @param truth its class
   * @param probabilities one a class, 0 to 1, their sum 0.99 to 1.01; taken as they are
   * @throws IllegalArgumentException when the image was added before or is one too many, the class
   *     is not there, or the probabilities are none
   */
  public AnswerCollector add(long image, int truth, double[] probabilities) {
    requireRow(image, truth, probabilities.length);
    double sum = 0;
    for (int label = 0; label < classes; label++) {
      if (!(probabilities[label] >= 0 && probabilities[label] <= 1)) {
        throw new IllegalArgumentException(
            "image %d: probability of class %d: %s (expected: 0 to 1; logits go to addLogits)"
                .formatted(image, label, probabilities[label]));
      }
      sum += probabilities[label];
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "image %d: probabilities whose sum is %s (expected: 1 ± %s; logits go to addLogits)"
              .formatted(image, sum, SUM_TOLERANCE));
    }
    return put(image, truth, probabilities);
  }

  /** The same in single precision. */
  public AnswerCollector add(long image, int truth, float[] probabilities) {
    var row = new double[probabilities.length];
    for (int label = 0; label < row.length; label++) {
      row[label] = probabilities[label];
    }
    return add(image, truth, row);
  }

  /**
   * An image whose answer is logits: their softmax is taken, in double precision.
   *
   * @throws IllegalArgumentException as for probabilities, or when a logit is not finite
   */
  public AnswerCollector addLogits(long image, int truth, float[] logits) {
    requireRow(image, truth, logits.length);
    double largest = Double.NEGATIVE_INFINITY;
    for (int label = 0; label < classes; label++) {
      if (!Float.isFinite(logits[label])) {
        throw new IllegalArgumentException(
            "image %d: logit of class %d: %s (expected: a finite number)"
                .formatted(image, label, logits[label]));
      }
      largest = Math.max(largest, logits[label]);
    }
    var row = new double[classes];
    double sum = 0;
    for (int label = 0; label < classes; label++) {
      row[label] = Math.exp(logits[label] - largest); // no exponential overflows
      sum += row[label];
    }
    for (int label = 0; label < classes; label++) {
      row[label] /= sum;
    }
    return put(image, truth, row);
  }

  /**
   * The measures of all images so far.
   *
   * @throws IllegalArgumentException when there is no image
   */
  public AnswerEvaluation collected() {
    return new AnswerEvaluation(ImageTruths.of(images, truths), rows.soFar(), truths.clone());
  }

  private void requireRow(long image, int truth, int length) {
    images.requireNew(image, limits.images());
    if (length != classes || truth < 0 || truth >= classes) {
      throw new IllegalArgumentException(
          "image %d: truth %d, %d answers (expected: 0 to %d, %d answers)"
              .formatted(image, truth, length, classes - 1, classes));
    }
    if ((rows.size() + 1L) * classes > limits.probabilities()) {
      throw new IllegalArgumentException(
          "probabilities: more than %d (evaluate fewer images at a time or collect under larger limits)"
              .formatted(limits.probabilities()));
    }
  }

  private AnswerCollector put(long image, int truth, double[] row) {
    images.addNew(image, limits.images());
    rows.add(row);
    if (rows.size() > truths.length) {
      truths = Arrays.copyOf(truths, 2 * truths.length);
    }
    truths[rows.size() - 1] = truth;
    return this;
  }
}

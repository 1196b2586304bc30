package dev.fovea.vision.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** How often each class was answered for each truth. */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;
  private final ClassTallies tallies;

  private ConfusionMatrix(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
    this.tallies = tallies();
  }

  static ConfusionMatrix of(int classes, List<Sample> samples) {
    var counts = new long[classes * classes];
    for (var sample : samples) {
      counts[sample.truth() * classes + sample.answer().label()]++;
    }
    return new ConfusionMatrix(classes, counts);
  }

  /**
   * The matrix of these counts.
   *
   * @param classes how many there are, at least 1
   * @param counts by truth and answer, none negative
   */
  public static ConfusionMatrix ofCounts(int classes, long[] counts) {
    if (classes < 1
        || counts.length != (long) classes * classes
        || Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException(
          "confusion: %d counts of %d classes (expected: one for each two classes, none negative)"
              .formatted(counts.length, classes));
    }
    return new ConfusionMatrix(classes, counts.clone());
  }

  /** How many classes there are. */
  public int classes() {
    return classes;
  }

  /** How many pictures, or pixels, of this truth got this answer. */
  public long count(int truth, int answer) {
    return counts[truth * classes + answer];
  }

  /** The share of a class's pictures that were found; absent where it has none. */
  public OptionalDouble recall(int label) {
    return tallies.recall(label);
  }

  /** The share of a class's answers that were right; absent where it was never answered. */
  public OptionalDouble precision(int label) {
    return tallies.precision(label);
  }

  /** How often each class was true, answered, and both, to be counted on. */
  public ClassTallies tallies() {
    var tallies = new ClassTallies(classes);
    for (int truth = 0; truth < classes; truth++) {
      for (int answer = 0; answer < classes; answer++) {
        long count = count(truth, answer);
        tallies.add(truth, truth == answer ? count : 0, count, 0);
        tallies.add(answer, 0, 0, count);
      }
    }
    return tallies;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix matrix && Arrays.equals(counts, matrix.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }
}

package dev.fovea.vision.metrics;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How often each class was true, answered, and both: what all measures of single labels come from.
 * Not for several threads at once.
 */
public final class ClassTallies {
  private final long[] right;
  private final long[] truths;
  private final long[] answers;

  /** Nothing counted of so many classes. */
  public ClassTallies(int classes) {
    this.right = new long[classes];
    this.truths = new long[classes];
    this.answers = new long[classes];
  }

  /** Forgets all counts. */
  public void clear() {
    Arrays.fill(right, 0);
    Arrays.fill(truths, 0);
    Arrays.fill(answers, 0);
  }

  /** Counts more of a class. */
  public void add(int label, long rightOnes, long trueOnes, long answeredOnes) {
    right[label] += rightOnes;
    truths[label] += trueOnes;
    answers[label] += answeredOnes;
  }

  /** Whether a class is neither true nor answered anywhere. */
  public boolean nowhere(int label) {
    return truths[label] + answers[label] == 0;
  }

  /** The share of a class's truths that were found, 0 to 1; absent where it has none. */
  public OptionalDouble recall(int label) {
    return share(right[label], truths[label]);
  }

  /** The share of a class's answers that were right, 0 to 1; absent where it has none. */
  public OptionalDouble precision(int label) {
    return share(right[label], answers[label]);
  }

  /** The F1 of a class, which is its Dice coefficient, 0 to 1; absent where it is nowhere. */
  public OptionalDouble f1(int label) {
    return share(2 * right[label], truths[label] + answers[label]);
  }

  /** The intersection of truth and answer over their union, 0 to 1; absent where it is nowhere. */
  public OptionalDouble overlap(int label) {
    return share(right[label], truths[label] + answers[label] - right[label]);
  }

  /** The share of right answers, 0 to 1; absent where nothing was counted. */
  public OptionalDouble accuracy() {
    return share(Arrays.stream(right).sum(), Arrays.stream(truths).sum());
  }

  /** The mean recall of the classes that are true somewhere; absent where none is. */
  public OptionalDouble meanRecall() {
    return mean(this::recall);
  }

  /** The mean overlap of the classes that are somewhere; absent where none is. */
  public OptionalDouble meanOverlap() {
    return mean(this::overlap);
  }

  /** The mean F1 of the classes that are somewhere; absent where none is. */
  public OptionalDouble meanF1() {
    return mean(this::f1);
  }

  /** The mean overlap, each class as often as it is true; absent where none is. */
  public OptionalDouble weightedOverlap() {
    long all = Arrays.stream(truths).sum();
    return all == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(weighted(this::overlap, Averaging.WEIGHTED));
  }

  /**
   * Averages over the classes, as scikit-learn has them with {@code zero_division=0}.
   *
   * @throws IllegalStateException when nothing was counted
   */
  public Averages averaged(Averaging averaging) {
    double accuracy =
        accuracy().orElseThrow(() -> new IllegalStateException("answers: none (count some first)"));
    return averaging == Averaging.MICRO
        ? new Averages(accuracy, accuracy, accuracy)
        : new Averages(
            weighted(this::precision, averaging),
            weighted(this::recall, averaging),
            weighted(this::f1, averaging));
  }

  private double weighted(OfClass number, Averaging averaging) {
    double sum = 0;
    double weights = 0;
    for (int label = 0; label < truths.length; label++) {
      double weight = averaging == Averaging.WEIGHTED ? truths[label] : nowhere(label) ? 0 : 1;
      sum += weight * number.of(label).orElse(0);
      weights += weight;
    }
    return sum / weights;
  }

  private OptionalDouble mean(OfClass number) {
    double sum = 0;
    int count = 0;
    for (int label = 0; label < truths.length; label++) {
      var measured = number.of(label);
      if (measured.isPresent()) {
        sum += measured.getAsDouble();
        count++;
      }
    }
    return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
  }

  private static OptionalDouble share(long part, long all) {
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / all);
  }

  private interface OfClass {
    OptionalDouble of(int label);
  }
}

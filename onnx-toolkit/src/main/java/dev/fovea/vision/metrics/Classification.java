package dev.fovea.vision.metrics;

import dev.fovea.vision.metrics.calibration.CalibrationBins;
import dev.fovea.vision.metrics.calibration.Reliability;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The measures of a classifier on labelled pictures, at least one. No measure is ever NaN. */
public final class Classification {
  private final List<Sample> samples;
  private final ConfusionMatrix confusion;

  private Classification(List<Sample> samples, ConfusionMatrix confusion) {
    this.samples = samples;
    this.confusion = confusion;
  }

  /**
   * The measures of these samples.
   *
   * @param classes how many classes there are, at least 2
   * @throws IllegalArgumentException when there is no sample, or one names a class that is not
   *     there
   */
  public static Classification of(int classes, List<Sample> samples) {
    if (classes < 2 || samples.isEmpty()) {
      throw new IllegalArgumentException(
          "evaluation of %d samples on %d classes (expected: at least 1 and 2)"
              .formatted(samples.size(), classes));
    }
    for (var sample : samples) {
      if (sample.truth() < 0 || sample.truth() >= classes || sample.answer().label() >= classes) {
        throw new IllegalArgumentException(
            "%s: truth %d, answer %d (expected: 0 to %d)"
                .formatted(sample.path(), sample.truth(), sample.answer().label(), classes - 1));
      }
    }
    return new Classification(List.copyOf(samples), ConfusionMatrix.of(classes, samples));
  }

  /** How many pictures. */
  public int size() {
    return samples.size();
  }

  /** Which answer was given for which truth, how often. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /** The share of right answers, 0 to 1. */
  public double accuracy() {
    return (double) samples.stream().filter(Sample::right).count() / samples.size();
  }

  /**
   * The mean recall of the classes that have pictures, 0 to 1: scikit-learn's balanced accuracy.
   */
  public double macroRecall() {
    return recalls().average().orElseThrow();
  }

  /** The recall of the class that is found least, 0 to 1. */
  public double worstRecall() {
    return recalls().min().orElseThrow();
  }

  /** The share of answers whose confidence is below this, 0 to 1. */
  public double unsureShare(double below) {
    return (double) samples.stream().filter(s -> s.answer().confidence() < below).count()
        / samples.size();
  }

  /**
   * The expected calibration error (Guo et al. 2017, eq. 3) with 15 equal bins, 0 to 1: how far
   * confidence and accuracy lie apart.
   */
  public double calibrationError() {
    var confidences = new double[samples.size()];
    var right = new boolean[samples.size()];
    for (int i = 0; i < right.length; i++) {
      confidences[i] = samples.get(i).answer().confidence();
      right[i] = samples.get(i).right();
    }
    return new Reliability(confidences, right).of(CalibrationBins.equalWidth()).expectedError();
  }

  /** The slices that have pictures, in order; an unnamed slice is not one. */
  public SortedSet<String> slices() {
    var slices = new TreeSet<String>();
    samples.stream().map(Sample::slice).filter(s -> !s.isEmpty()).forEach(slices::add);
    return slices;
  }

  /**
   * The measures of one slice.
   *
   * @throws IllegalArgumentException when it has no picture
   */
  public Classification slice(String name) {
    var part = samples.stream().filter(s -> s.slice().equals(name)).toList();
    if (part.isEmpty()) {
      throw new IllegalArgumentException(
          "slice: '%s' (expected: one of %s)".formatted(name, String.join(", ", slices())));
    }
    return of(confusion.classes(), part);
  }

  /** The wrong answers, the most confident first; equal ones by path. */
  public List<Sample> wrong() {
    return samples.stream()
        .filter(s -> !s.right())
        .sorted(
            Comparator.comparingDouble((Sample s) -> -s.answer().confidence())
                .thenComparing(Sample::path))
        .toList();
  }

  private DoubleStream recalls() {
    return IntStream.range(0, confusion.classes())
        .mapToObj(confusion::recall)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble);
  }
}

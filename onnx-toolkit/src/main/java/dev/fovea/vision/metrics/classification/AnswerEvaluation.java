package dev.fovea.vision.metrics.classification;

import dev.fovea.vision.metrics.Averages;
import dev.fovea.vision.metrics.Averaging;
import dev.fovea.vision.metrics.ClassTallies;
import dev.fovea.vision.metrics.ConfusionMatrix;
import dev.fovea.vision.metrics.bootstrap.ImageMeasure;
import dev.fovea.vision.metrics.bootstrap.ImageTruths;
import dev.fovea.vision.metrics.bootstrap.Resampled;
import dev.fovea.vision.metrics.calibration.Calibration;
import dev.fovea.vision.metrics.calibration.CalibrationBins;
import dev.fovea.vision.metrics.calibration.Reliability;
import dev.fovea.vision.metrics.ranking.Ranking;
import dev.fovea.vision.metrics.ranking.RankingCurve;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The measures of a classifier's probabilities. The answer is the class with the largest one, of
 * equal ones that with the lowest number. Immutable; made by an {@link AnswerCollector}.
 */
public final class AnswerEvaluation {
  /** The smallest and, from 1, the largest probability for a logarithm: scikit-learn's. */
  static final double CLAMP = Math.ulp(1.0);

  private final ImageTruths images;
  private final ProbabilityRows rows;
  private final int[] truths;
  private final int[] answers;
  private final ClassTallies tallies;
  private final Reliability reliability;

  AnswerEvaluation(ImageTruths images, ProbabilityRows rows, long[] truthsAsTheyCame) {
    this.images = images;
    this.rows = rows;
    this.truths = new int[images.size()];
    this.answers = new int[images.size()];
    var confidences = new double[images.size()];
    var right = new boolean[images.size()];
    for (int rank = 0; rank < truths.length; rank++) {
      truths[rank] = (int) truthsAsTheyCame[images.place(rank)];
      answers[rank] = most(rank);
      confidences[rank] = probability(rank, answers[rank]);
      right[rank] = truths[rank] == answers[rank];
    }
    this.reliability = new Reliability(confidences, right);
    this.tallies = new ClassTallies(rows.classes());
    var once = new int[images.size()];
    Arrays.fill(once, 1);
    count(once, tallies);
  }

  private int most(int rank) {
    int best = 0;
    for (int label = 1; label < rows.classes(); label++) {
      if (probability(rank, label) > probability(rank, best)) {
        best = label;
      }
    }
    return best;
  }

  /** How many images. */
  public int size() {
    return truths.length;
  }

  /** How many classes. */
  public int classes() {
    return rows.classes();
  }

  /** Which answer was given for which truth, how often; 8 bytes for each two classes. */
  public ConfusionMatrix confusion() {
    var counts = new long[classes() * classes()];
    for (int rank = 0; rank < truths.length; rank++) {
      counts[truths[rank] * classes() + answers[rank]]++;
    }
    return ConfusionMatrix.ofCounts(classes(), counts);
  }

  /** The share of right answers, 0 to 1. */
  public double accuracy() {
    return tallies.accuracy().orElseThrow();
  }

  /**
   * The share of images whose class is among the k most probable ones, 0 to 1. Of equal
   * probabilities the class with the lower number counts first (scikit-learn: the higher).
   *
   * @param k 1 to the number of classes
   */
  public double topAccuracy(int k) {
    return Arrays.stream(inTop(k)).sum() / size();
  }

  /** The share of a class's answers that are right, 0 to 1; absent where it was never answered. */
  public OptionalDouble precision(int label) {
    return tallies.precision(requireClass(label));
  }

  /** The share of a class's images that were found, 0 to 1; absent where it has none. */
  public OptionalDouble recall(int label) {
    return tallies.recall(requireClass(label));
  }

  /** The harmonic mean of a class's precision and recall, 0 to 1; absent where it is nowhere. */
  public OptionalDouble f1(int label) {
    return tallies.f1(requireClass(label));
  }

  /** Precision, recall and F1 of all classes. */
  public Averages averaged(Averaging averaging) {
    return tallies.averaged(averaging);
  }

  /**
   * How well a class's probabilities find its images among all, 0 to 1, as scikit-learn's {@code
   * average_precision_score}; absent where it has none.
   */
  public OptionalDouble averagePrecision(int label) {
    return ranking(label).averagePrecision();
  }

  /** The mean over the classes that have it; absent where none has. */
  public OptionalDouble meanAveragePrecision() {
    return mean(this::averagePrecision);
  }

  /**
   * The area under the ROC curve of a class against all others, 0 to 1, ties counted half; absent
   * where all images or none are of the class.
   */
  public OptionalDouble auroc(int label) {
    return ranking(label).auroc();
  }

  /** The mean over the classes that have it; absent where none has. */
  public OptionalDouble meanAuroc() {
    return mean(this::auroc);
  }

  /** The curves of a class against all others; absent where it has no image. */
  public Optional<RankingCurve> curve(int label) {
    var ranking = ranking(label);
    return ranking.positives() == 0 ? Optional.empty() : Optional.of(ranking.curve(column(label)));
  }

  /** How far confidence and accuracy lie apart. */
  public Calibration calibration(CalibrationBins bins) {
    return reliability.of(bins);
  }

  /**
   * The Brier score, 0 (sure and right) to 2 (sure and wrong), a little more where probabilities
   * don't add up: the mean over the images of the squared distances of all probabilities, summed as
   * Brier (1950) has it. For two classes some halve it.
   */
  public double brierScore() {
    return Arrays.stream(squaredDistances()).sum() / size();
  }

  /**
   * The mean over the images of the negative natural logarithm of their class's probability, 0 to
   * 36.04 nats: probabilities below 2⁻⁵² count as 2⁻⁵², above 1 - 2⁻⁵² as that.
   */
  public double negativeLogLikelihood() {
    return Arrays.stream(surprises()).sum() / size();
  }

  /** A measure for {@link dev.fovea.vision.metrics.bootstrap.ImageBootstrap}. */
  public Resampled measure(AnswerMeasure measure) {
    return new ImageMeasure(images, 0, measure.most(), measure.players(this));
  }

  Reliability reliability() {
    return reliability;
  }

  Ranking ranking(int label) {
    requireClass(label);
    var positive = new boolean[size()];
    for (int rank = 0; rank < size(); rank++) {
      positive[rank] = truths[rank] == label;
    }
    return Ranking.of(column(label), positive);
  }

  /** Counts images so many times each. */
  void count(int[] weights, ClassTallies counted) {
    for (int rank = 0; rank < weights.length; rank++) {
      int weight = weights[rank];
      counted.add(truths[rank], truths[rank] == answers[rank] ? weight : 0, weight, 0);
      counted.add(answers[rank], 0, 0, weight);
    }
  }

  /** By image 1 where its class is among the k most probable ones, else 0. */
  double[] inTop(int k) {
    if (k < 1 || k > classes()) {
      throw new IllegalArgumentException(
          "k: %d (expected: 1 to %d, the classes)".formatted(k, classes()));
    }
    return byImage(rank -> {
      double own = probability(rank, truths[rank]);
      int before = 0;
      for (int label = 0; label < classes(); label++) {
        double other = probability(rank, label);
        before += other > own || other == own && label < truths[rank] ? 1 : 0;
      }
      return before < k ? 1 : 0;
    });
  }

  double[] squaredDistances() {
    return byImage(rank -> {
      double sum = 0;
      for (int label = 0; label < classes(); label++) {
        double distance = probability(rank, label) - (label == truths[rank] ? 1 : 0);
        sum += distance * distance;
      }
      return sum;
    });
  }

  double[] surprises() {
    return byImage(
        rank -> -Math.log(Math.clamp(probability(rank, truths[rank]), CLAMP, 1 - CLAMP)));
  }

  int requireClass(int label) {
    if (label < 0 || label >= classes()) {
      throw new IllegalArgumentException(
          "class: %d (expected: 0 to %d)".formatted(label, classes() - 1));
    }
    return label;
  }

  private interface OfImage {
    double of(int rank);
  }

  private double[] byImage(OfImage number) {
    return IntStream.range(0, size()).mapToDouble(number::of).toArray();
  }

  private double[] column(int label) {
    return byImage(rank -> probability(rank, label));
  }

  private double probability(int rank, int label) {
    return rows.at(images.place(rank), label);
  }

  private OptionalDouble mean(IntFunction<OptionalDouble> number) {
    return IntStream.range(0, classes())
        .mapToObj(number)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .average();
  }
}

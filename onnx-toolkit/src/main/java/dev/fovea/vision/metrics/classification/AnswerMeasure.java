package dev.fovea.vision.metrics.classification;

import dev.fovea.vision.metrics.Averages;
import dev.fovea.vision.metrics.Averaging;
import dev.fovea.vision.metrics.ClassTallies;
import dev.fovea.vision.metrics.bootstrap.Resampled;
import dev.fovea.vision.metrics.calibration.Calibration;
import dev.fovea.vision.metrics.calibration.CalibrationBins;
import dev.fovea.vision.metrics.ranking.Ranking;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Which measure of a classifier, for intervals; each is that of {@link AnswerEvaluation}.
 *
 * <p>In a simulation with 5 classes, 94 to 98 % of 400 intervals at 95 % held the measure to be
 * expected on so many images (60, macro F1, mean AUROC, expected calibration error of both kinds,
 * likelihood). For the calibration errors that is not the measure of many images: see {@link
 * dev.fovea.vision.metrics.calibration.Calibration}.
 */
public final class AnswerMeasure {
  // of probabilities whose sum is 1.01
  private static final double MOST_BRIER = 1 + 1.01 * 1.01;

  private final double most;
  private final Function<AnswerEvaluation, Supplier<Resampled.Player>> rule;

  private AnswerMeasure(double most, Function<AnswerEvaluation, Supplier<Resampled.Player>> rule) {
    this.most = most;
    this.rule = rule;
  }

  /** {@link AnswerEvaluation#accuracy}. */
  public static AnswerMeasure accuracy() {
    return topAccuracy(1);
  }

  /** {@link AnswerEvaluation#topAccuracy}. */
  public static AnswerMeasure topAccuracy(int k) {
    return meanOfImages(1, evaluation -> evaluation.inTop(k));
  }

  /** {@link AnswerEvaluation#precision}. */
  public static AnswerMeasure precision(int label) {
    return ofClass(label, ClassTallies::precision);
  }

  /** {@link AnswerEvaluation#recall}. */
  public static AnswerMeasure recall(int label) {
    return ofClass(label, ClassTallies::recall);
  }

  /** {@link AnswerEvaluation#f1}. */
  public static AnswerMeasure f1(int label) {
    return ofClass(label, ClassTallies::f1);
  }

  /** The precision of {@link AnswerEvaluation#averaged}. */
  public static AnswerMeasure precision(Averaging averaging) {
    return averaged(averaging, Averages::precision);
  }

  /** The recall of {@link AnswerEvaluation#averaged}. */
  public static AnswerMeasure recall(Averaging averaging) {
    return averaged(averaging, Averages::recall);
  }

  /** The F1 of {@link AnswerEvaluation#averaged}. */
  public static AnswerMeasure f1(Averaging averaging) {
    return averaged(averaging, Averages::f1);
  }

  /** {@link AnswerEvaluation#averagePrecision}. */
  public static AnswerMeasure averagePrecision(int label) {
    return new AnswerMeasure(
        1,
        evaluation -> {
          var ranking = evaluation.ranking(label);
          return () -> ranking::averagePrecision;
        });
  }

  /**
   * {@link AnswerEvaluation#meanAveragePrecision}. Its intervals take 5 bytes for each class of
   * each image.
   */
  public static AnswerMeasure meanAveragePrecision() {
    return meanOfClasses(Ranking::averagePrecision);
  }

  /** {@link AnswerEvaluation#auroc}. */
  public static AnswerMeasure auroc(int label) {
    return new AnswerMeasure(
        1,
        evaluation -> {
          var ranking = evaluation.ranking(label);
          return () -> ranking::auroc;
        });
  }

  /**
   * {@link AnswerEvaluation#meanAuroc}. Its intervals take 5 bytes for each class of each image.
   */
  public static AnswerMeasure meanAuroc() {
    return meanOfClasses(Ranking::auroc);
  }

  /** The expected error of {@link AnswerEvaluation#calibration}. */
  public static AnswerMeasure expectedCalibrationError(CalibrationBins bins) {
    return calibration(bins, Calibration::expectedError);
  }

  /** The maximum error of {@link AnswerEvaluation#calibration}. */
  public static AnswerMeasure maximumCalibrationError(CalibrationBins bins) {
    return calibration(bins, Calibration::maximumError);
  }

  /** {@link AnswerEvaluation#brierScore}. */
  public static AnswerMeasure brierScore() {
    return meanOfImages(MOST_BRIER, AnswerEvaluation::squaredDistances);
  }

  /** {@link AnswerEvaluation#negativeLogLikelihood}. */
  public static AnswerMeasure negativeLogLikelihood() {
    return meanOfImages(-Math.log(AnswerEvaluation.CLAMP), AnswerEvaluation::surprises);
  }

  double most() {
    return most;
  }

  Supplier<Resampled.Player> players(AnswerEvaluation evaluation) {
    return rule.apply(evaluation);
  }

  private static AnswerMeasure meanOfImages(
      double most, Function<AnswerEvaluation, double[]> numbers) {
    return new AnswerMeasure(
        most,
        evaluation -> {
          var ofImages = numbers.apply(evaluation);
          return () ->
              weights -> {
                double sum = 0;
                long count = 0;
                for (int rank = 0; rank < weights.length; rank++) {
                  sum += weights[rank] * ofImages[rank];
                  count += weights[rank];
                }
                return sum / count;
              };
        });
  }

  private static AnswerMeasure averaged(Averaging averaging, ToDoubleFunction<Averages> which) {
    return counted(tallies -> which.applyAsDouble(tallies.averaged(averaging)));
  }

  private interface OfClass {
    OptionalDouble of(ClassTallies tallies, int label);
  }

  private static AnswerMeasure ofClass(int label, OfClass number) {
    var measure = counted(tallies -> number.of(tallies, label).orElse(Double.NaN));
    return new AnswerMeasure(
        1,
        evaluation -> {
          evaluation.requireClass(label);
          return measure.players(evaluation);
        });
  }

  private static AnswerMeasure counted(ToDoubleFunction<ClassTallies> number) {
    return new AnswerMeasure(
        1,
        evaluation ->
            () -> {
              var tallies = new ClassTallies(evaluation.classes());
              return weights -> {
                tallies.clear();
                evaluation.count(weights, tallies);
                return number.applyAsDouble(tallies);
              };
            });
  }

  private static AnswerMeasure calibration(
      CalibrationBins bins, ToDoubleFunction<Calibration> which) {
    return new AnswerMeasure(
        1,
        evaluation ->
            () -> weights -> which.applyAsDouble(evaluation.reliability().of(bins, weights)));
  }

  private interface OfRanking {
    double of(Ranking ranking, int[] weights);
  }

  private static AnswerMeasure meanOfClasses(OfRanking number) {
    return new AnswerMeasure(
        1,
        evaluation -> {
          var rankings =
              IntStream.range(0, evaluation.classes()).mapToObj(evaluation::ranking).toList();
          return () ->
              weights ->
                  rankings.stream()
                      .mapToDouble(ranking -> number.of(ranking, weights))
                      .filter(measured -> !Double.isNaN(measured))
                      .average()
                      .orElse(Double.NaN);
        });
  }
}

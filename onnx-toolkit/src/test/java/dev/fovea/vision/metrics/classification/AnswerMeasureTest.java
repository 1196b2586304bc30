package dev.fovea.vision.metrics.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.Averaging;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import dev.fovea.vision.metrics.calibration.CalibrationBins;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerMeasureTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final int IMAGES = 40;
  private static final int CLASSES = 4;

  private final ImageBootstrap bootstrap = new ImageBootstrap(400, 0.95, 7);

  static Stream<Arguments> measures() {
    var wide = CalibrationBins.equalWidth(5);
    var massy = CalibrationBins.equalMass(6);
    return Stream.of(
        of("accuracy", AnswerMeasure.accuracy(), AnswerEvaluation::accuracy),
        of("top 2", AnswerMeasure.topAccuracy(2), e -> e.topAccuracy(2)),
        of(
            "precision",
            AnswerMeasure.precision(Averaging.MACRO),
            e -> e.averaged(Averaging.MACRO).precision()),
        of(
            "recall",
            AnswerMeasure.recall(Averaging.WEIGHTED),
            e -> e.averaged(Averaging.WEIGHTED).recall()),
        of("F1", AnswerMeasure.f1(Averaging.MACRO), e -> e.averaged(Averaging.MACRO).f1()),
        of("precision of a class", AnswerMeasure.precision(0), e -> e.precision(0).orElseThrow()),
        of("recall of a class", AnswerMeasure.recall(1), e -> e.recall(1).orElseThrow()),
        of("F1 of a class", AnswerMeasure.f1(2), e -> e.f1(2).orElseThrow()),
        of("AP", AnswerMeasure.averagePrecision(1), e -> e.averagePrecision(1).orElseThrow()),
        of(
            "mean AP",
            AnswerMeasure.meanAveragePrecision(),
            e -> e.meanAveragePrecision().orElseThrow()),
        of("AUROC", AnswerMeasure.auroc(2), e -> e.auroc(2).orElseThrow()),
        of("mean AUROC", AnswerMeasure.meanAuroc(), e -> e.meanAuroc().orElseThrow()),
        of(
            "expected error, equal width",
            AnswerMeasure.expectedCalibrationError(wide),
            e -> e.calibration(wide).expectedError()),
        of(
            "expected error, equal mass",
            AnswerMeasure.expectedCalibrationError(massy),
            e -> e.calibration(massy).expectedError()),
        of(
            "maximum error",
            AnswerMeasure.maximumCalibrationError(massy),
            e -> e.calibration(massy).maximumError()),
        of("Brier", AnswerMeasure.brierScore(), AnswerEvaluation::brierScore),
        of(
            "likelihood",
            AnswerMeasure.negativeLogLikelihood(),
            AnswerEvaluation::negativeLogLikelihood));
  }

  private static Arguments of(
      String name, AnswerMeasure measure, ToDoubleFunction<AnswerEvaluation> direct) {
    return Arguments.of(name, measure, direct);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("measures")
  void measuresResamplesAsRepeatedImages(
      String name, AnswerMeasure measure, ToDoubleFunction<AnswerEvaluation> direct) {
    var once = new AnswerCollector(CLASSES);
    for (int image = 0; image < IMAGES; image++) {
      add(once, image, image, 2);
    }
    var player = once.collected().measure(measure).player();
    var random = new Random(2);
    for (int round = 0; round < 20; round++) {
      var weights = new int[IMAGES];
      var repeated = new AnswerCollector(CLASSES);
      for (int i = 0; i < IMAGES; i++) {
        int image = random.nextInt(IMAGES);
        weights[image]++;
        add(repeated, i, image, 2);
      }
      double expected = direct.applyAsDouble(repeated.collected());
      assertThat(player.measured(weights)).as(name).isCloseTo(expected, EXACT);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("measures")
  void hasAnIntervalAroundWhatTheEvaluationSays(
      String name, AnswerMeasure measure, ToDoubleFunction<AnswerEvaluation> direct) {
    var evaluation = evaluation(2);
    var interval = bootstrap.of(evaluation.measure(measure));
    assertThat(interval.estimate()).as(name).isCloseTo(direct.applyAsDouble(evaluation), EXACT);
    assertThat(interval.low()).isLessThan(interval.estimate()).isNotNegative();
    assertThat(interval.high()).isGreaterThan(interval.estimate());
    assertThat(interval.standardError()).isPositive();
  }

  @Test
  void leavesClassesWithoutImagesInAResampleOutOfMeans() {
    var collector = new AnswerCollector(3);
    collector.add(0, 0, new double[] {0.6, 0.4, 0});
    collector.add(1, 1, new double[] {0.3, 0.7, 0});
    collector.add(2, 1, new double[] {0.5, 0.3, 0.2});
    collector.add(3, 2, new double[] {0.2, 0.3, 0.5});
    var all = collector.collected();
    int[] withoutTheLast = {1, 1, 2, 0};
    // First class: 0.6 above 0.3 and twice 0.5. Second: 0.7 above 0.4, twice 0.3 below it.
    assertThat(all.measure(AnswerMeasure.meanAuroc()).player().measured(withoutTheLast))
        .isCloseTo((1 + 1 / 3.0) / 2, EXACT);
    assertThat(all.measure(AnswerMeasure.auroc(2)).player().measured(withoutTheLast)).isNaN();
  }

  @Test
  void seesThatOneClassifierIsBetterOnTheSameImages() {
    var worse = evaluation(1.6);
    var better = evaluation(2);
    var measure = AnswerMeasure.meanAuroc();
    var difference = bootstrap.ofDifference(worse.measure(measure), better.measure(measure));
    assertThat(difference.estimate()).isPositive();
    assertThat(difference.excludes(0)).isTrue();
    assertThat(difference.standardError())
        .isLessThan(bootstrap.of(better.measure(measure)).standardError() / 2);
    assertThat(bootstrap.ofDifference(better.measure(measure), better.measure(measure)).high())
        .isZero();
  }

  @Test
  void refusesToCompareOtherTruthsAndWhatHasNoMeasure() {
    var one = new AnswerCollector(2).addLogits(1, 0, new float[] {1, 0}).collected();
    var other = new AnswerCollector(2).addLogits(1, 1, new float[] {1, 0}).collected();
    var moved = new AnswerCollector(2).addLogits(2, 0, new float[] {1, 0}).collected();
    for (var second : new AnswerEvaluation[] {other, moved}) {
      assertThatThrownBy(() ->
              bootstrap.ofDifference(
                  one.measure(AnswerMeasure.accuracy()), second.measure(AnswerMeasure.accuracy())))
          .hasMessageContaining("expected: the same truths in the same images");
    }
    assertThatThrownBy(() -> one.measure(AnswerMeasure.f1(2)))
        .hasMessage("class: 2 (expected: 0 to 1)");
    assertThatThrownBy(() -> bootstrap.of(one.measure(AnswerMeasure.meanAuroc())))
        .hasMessage("measure: not defined on these 1 images (add images that have what it counts)");
  }

  private static AnswerEvaluation evaluation(double knowledge) {
    var collector = new AnswerCollector(CLASSES);
    for (int image = 0; image < 300; image++) {
      add(collector, image, image, knowledge);
    }
    return collector.collected();
  }

  private static void add(AnswerCollector collector, long image, int seed, double knowledge) {
    var chance = new SplittableRandom(seed);
    int truth = chance.nextInt(CLASSES);
    var logits = new float[CLASSES];
    for (int label = 0; label < CLASSES; label++) {
      // rounded, so that there are ties
      logits[label] = Math.round(chance.nextGaussian() * 2 + (label == truth ? knowledge : 0));
    }
    collector.addLogits(image, truth, logits);
  }
}

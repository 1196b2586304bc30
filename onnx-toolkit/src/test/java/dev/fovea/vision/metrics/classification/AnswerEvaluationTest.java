package dev.fovea.vision.metrics.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.Averages;
import dev.fovea.vision.metrics.Averaging;
import dev.fovea.vision.metrics.RecordedMeasures;
import dev.fovea.vision.metrics.calibration.Calibration;
import dev.fovea.vision.metrics.calibration.CalibrationBins;
import java.util.Locale;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Holds the measures against scikit-learn's and numpy's, see metrics_reference.py. */
class AnswerEvaluationTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @ParameterizedTest
  @ValueSource(strings = {"answers-ties", "answers-logits"})
  void computesAccuracyPrecisionRecallAndF1(String name) {
    var told = RecordedMeasures.named(name);
    var measured = collected(told);
    assertThat(measured.accuracy()).isCloseTo(told.get("accuracy").asDouble(), EXACT);
    for (int k = 1; k <= measured.classes(); k++) {
      assertThat(measured.topAccuracy(k)).isCloseTo(told.get("top").get(k - 1).asDouble(), EXACT);
    }
    for (int label = 0; label < measured.classes(); label++) {
      assertSame(measured.precision(label), told.get("precision").get(label));
      assertSame(measured.recall(label), told.get("recall").get(label));
      assertSame(measured.f1(label), told.get("f1").get(label));
    }
    for (var averaging : Averaging.values()) {
      var expected = told.get(averaging.name().toLowerCase(Locale.ROOT));
      var averages = measured.averaged(averaging);
      assertThat(averages.precision()).isCloseTo(expected.get(0).asDouble(), EXACT);
      assertThat(averages.recall()).isCloseTo(expected.get(1).asDouble(), EXACT);
      assertThat(averages.f1()).isCloseTo(expected.get(2).asDouble(), EXACT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"answers-ties", "answers-logits"})
  void computesAreasUnderCurves(String name) {
    var told = RecordedMeasures.named(name);
    var measured = collected(told);
    double areas = 0;
    double precisions = 0;
    for (int label = 0; label < measured.classes(); label++) {
      assertSame(measured.auroc(label), told.get("auroc").get(label));
      assertSame(measured.averagePrecision(label), told.get("averagePrecision").get(label));
      areas += measured.auroc(label).orElse(0);
      precisions += measured.averagePrecision(label).orElse(0);
    }
    // one class is never true
    int there = measured.classes() - 1;
    assertThat(measured.meanAuroc().orElseThrow()).isCloseTo(areas / there, EXACT);
    assertThat(measured.meanAveragePrecision().orElseThrow()).isCloseTo(precisions / there, EXACT);
  }

  @Test
  void drawsScikitLearnsCurves() {
    var told = RecordedMeasures.named("answers-ties");
    var measured = collected(told);
    for (int label = 0; label < measured.classes(); label++) {
      var expected = told.get("curves").get(label);
      if (expected.isNull()) {
        assertThat(measured.curve(label)).isEmpty();
        continue;
      }
      var curve = measured.curve(label).orElseThrow();
      assertThat(curve.size()).isEqualTo(expected.get("thresholds").size());
      for (int point = 0; point < curve.size(); point++) {
        assertThat(curve.threshold(point))
            .isEqualTo(expected.get("thresholds").get(point).asDouble());
        assertThat(curve.precision(point))
            .isCloseTo(expected.get("precision").get(point).asDouble(), EXACT);
        assertThat(curve.recall(point))
            .isCloseTo(expected.get("recall").get(point).asDouble(), EXACT)
            .isCloseTo(expected.get("truePositiveRate").get(point).asDouble(), EXACT);
        assertThat(curve.falsePositiveRate(point))
            .isCloseTo(expected.get("falsePositiveRate").get(point).asDouble(), EXACT);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"answers-ties", "answers-logits"})
  void computesCalibrationBrierScoreAndLikelihood(String name) {
    var told = RecordedMeasures.named(name);
    var measured = collected(told);
    assertSame(measured.calibration(CalibrationBins.equalWidth()), told.get("equalWidth15"));
    assertSame(measured.calibration(CalibrationBins.equalMass()), told.get("equalMass15"));
    assertSame(measured.calibration(CalibrationBins.equalWidth(7)), told.get("equalWidth7"));
    assertSame(measured.calibration(CalibrationBins.equalMass(7)), told.get("equalMass7"));
    assertThat(measured.brierScore()).isCloseTo(told.get("brier").asDouble(), EXACT);
    assertThat(measured.negativeLogLikelihood())
        .isCloseTo(told.get("negativeLogLikelihood").asDouble(), EXACT);
  }

  @Test
  void givesEqualProbabilitiesToTheLowerClass() {
    var measured =
        new AnswerCollector(3)
            .add(1, 1, new double[] {0.4, 0.4, 0.2})
            .add(2, 0, new double[] {0.4, 0.4, 0.2})
            .add(3, 2, new double[] {0.5, 0.25, 0.25})
            .collected();
    assertThat(measured.accuracy()).isCloseTo(1 / 3.0, EXACT);
    assertThat(measured.topAccuracy(2)).isCloseTo(2 / 3.0, EXACT);
    assertThat(measured.topAccuracy(3)).isEqualTo(1);
    assertThat(measured.confusion().count(1, 0)).isEqualTo(1);
  }

  @Test
  void putsAConfidenceAtAnEdgeIntoTheBinBelow() {
    int bins = 15;
    for (int edge = 8; edge <= bins; edge++) {
      double confidence = (double) edge / bins;
      var collector = new AnswerCollector(2);
      collector.add(1, 0, new double[] {confidence, 1 - confidence});
      collector.add(2, 0, new double[] {Math.nextDown(confidence), 1 - confidence});
      if (edge < bins) {
        collector.add(3, 1, new double[] {Math.nextUp(confidence), 1 - confidence});
      }
      var found = collector.collected().calibration(CalibrationBins.equalWidth(bins)).bins();
      assertThat(found).hasSize(edge < bins ? 2 : 1);
      assertThat(found.getFirst().answers()).isEqualTo(2);
      assertThat(found.getFirst().accuracy()).isEqualTo(1);
    }
  }

  @Test
  void keepsEqualConfidencesInOneBinOfEqualMass() {
    var collector = new AnswerCollector(2);
    for (int image = 0; image < 30; image++) {
      double confidence = image < 20 ? 0.6 : 0.6 + image / 100.0;
      collector.add(image, 0, new double[] {confidence, 1 - confidence});
    }
    var bins = collector.collected().calibration(CalibrationBins.equalMass(3)).bins();
    assertThat(bins).extracting(Calibration.Bin::answers).containsExactly(20L, 10L);
  }

  @Test
  void knowsAPerfectClassifierAndOneThatIsSureAndWrong() {
    var perfect = new AnswerCollector(2);
    var wrong = new AnswerCollector(2);
    for (int image = 0; image < 10; image++) {
      float[] logits = image % 2 == 0 ? new float[] {3e38f, -3e38f} : new float[] {-900, 0};
      perfect.addLogits(image, image % 2, logits);
      wrong.addLogits(image, 1 - image % 2, logits);
    }
    var good = perfect.collected();
    assertThat(good.averaged(Averaging.MACRO)).isEqualTo(new Averages(1, 1, 1));
    assertThat(good.meanAuroc()).hasValue(1);
    assertThat(good.brierScore()).isZero();
    assertThat(good.negativeLogLikelihood()).isBetween(0.0, 1e-15);
    assertThat(good.calibration(CalibrationBins.equalWidth()).expectedError()).isZero();
    var bad = wrong.collected();
    assertThat(bad.meanAuroc()).hasValue(0);
    assertThat(bad.brierScore()).isEqualTo(2);
    assertThat(bad.negativeLogLikelihood()).isCloseTo(52 * Math.log(2), EXACT);
    assertThat(bad.calibration(CalibrationBins.equalMass()).maximumError()).isEqualTo(1);
  }

  @Test
  void hasNoAreaWhereNothingIsToldApart() {
    var measured = new AnswerCollector(2).add(1, 1, new double[] {0.5, 0.5}).collected();
    assertThat(measured.auroc(1)).isEmpty();
    assertThat(measured.meanAuroc()).isEmpty();
    assertThat(measured.averagePrecision(1)).hasValue(1);
    assertThat(measured.averagePrecision(0)).isEmpty();
    assertThat(measured.curve(0)).isEmpty();
    assertThat(measured.precision(1)).isEmpty();
    assertThat(measured.recall(0)).isEmpty();
    assertThat(measured.f1(0)).hasValue(0);
  }

  private static AnswerEvaluation collected(JsonNode told) {
    int classes = told.get("classes").asInt();
    var collector = new AnswerCollector(classes);
    float[] logits = told.has("logits") ? RecordedMeasures.floats(told.get("logits")) : null;
    for (int i = 0; i < told.get("truth").size(); i++) {
      long id = told.get("ids").get(i).asLong();
      int truth = told.get("truth").get(i).asInt();
      if (logits == null) {
        var row = new double[classes];
        for (int label = 0; label < classes; label++) {
          row[label] = told.get("shares").get(i).get(label).asInt() / 20.0;
        }
        collector.add(id, truth, row);
      } else {
        var row = new float[classes];
        System.arraycopy(logits, i * classes, row, 0, classes);
        collector.addLogits(id, truth, row);
      }
    }
    return collector.collected();
  }

  private static void assertSame(OptionalDouble measured, JsonNode expected) {
    if (expected.isNull()) {
      assertThat(measured).isEmpty();
    } else {
      assertThat(measured.orElseThrow()).isCloseTo(expected.asDouble(), EXACT);
    }
  }

  private static void assertSame(Calibration measured, JsonNode expected) {
    assertThat(measured.expectedError()).isCloseTo(expected.get(0).asDouble(), EXACT);
    assertThat(measured.maximumError()).isCloseTo(expected.get(1).asDouble(), EXACT);
  }
}

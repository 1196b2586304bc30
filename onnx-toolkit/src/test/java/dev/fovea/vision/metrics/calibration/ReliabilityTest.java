package dev.fovea.vision.metrics.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
  @Test
  void findsNoErrorWhereConfidenceIsTheShareOfRightAnswers() {
    double[] confidences = {0.75, 0.75, 0.75, 0.75, 0.5, 0.5};
    boolean[] right = {true, true, false, true, false, true};
    var calibration = new Reliability(confidences, right).of(CalibrationBins.equalWidth());
    assertThat(calibration.expectedError()).isZero();
    assertThat(calibration.bins())
        .containsExactly(new Calibration.Bin(2, 0.5, 0.5), new Calibration.Bin(4, 0.75, 0.75));
  }

  @Test
  void weighsTheErrorOfABinByItsAnswers() {
    double[] confidences = {1, 1, 1, 0.6};
    boolean[] right = {true, true, true, false};
    var calibration = new Reliability(confidences, right).of(CalibrationBins.equalWidth(5));
    assertThat(calibration.expectedError()).isCloseTo(0.15, within(1e-12));
    assertThat(calibration.maximumError()).isCloseTo(0.6, within(1e-12));
    var one = new Reliability(confidences, right).of(CalibrationBins.equalMass(1));
    assertThat(one.maximumError()).isEqualTo(one.expectedError()).isCloseTo(0.15, within(1e-12));
  }

  @Test
  void putsEachEdgeIntoTheBinBelowHoweverItsProductIsRounded() {
    for (int count = 1; count <= 300; count++) {
      for (int edge = 1; edge < count; edge++) {
        double confidence = (double) edge / count;
        var below = new double[] {Math.nextDown(confidence), confidence};
        var bins = CalibrationBins.equalWidth(count);
        assertThat(new Reliability(below, new boolean[2]).of(bins).bins()).hasSize(1);
        var across = new double[] {confidence, Math.nextUp(confidence)};
        assertThat(new Reliability(across, new boolean[2]).of(bins).bins()).hasSize(2);
      }
    }
  }

  @Test
  void givesEachBinOfEqualMassAboutAsManyAnswers() {
    var confidences = new Random(1).doubles(1003).toArray();
    var bins = new Reliability(confidences, new boolean[1003]).of(CalibrationBins.equalMass());
    assertThat(bins.bins()).hasSize(15).allMatch(bin -> bin.answers() / 2 == 33);
    assertThat(bins.bins()).extracting(Calibration.Bin::confidence).isSorted();
    var wide = new Reliability(confidences, new boolean[1003]).of(CalibrationBins.equalWidth());
    assertThat(wide.bins()).anyMatch(bin -> bin.answers() / 2 != 33);
  }

  @Test
  void refusesConfidencesThatAreNone() {
    assertThatThrownBy(() -> new Reliability(new double[] {0.5, 1.5}, new boolean[2]))
        .hasMessage("confidence: 1.5 (expected: 0 to 1)");
    assertThatThrownBy(() -> new Reliability(new double[] {Double.NaN}, new boolean[1]))
        .hasMessageContaining("confidence: NaN");
    assertThatThrownBy(() -> new Reliability(new double[0], new boolean[0]))
        .hasMessage(
            "reliability of 0 confidences and 0 answers (expected: equally many, at least 1)");
    assertThatThrownBy(() -> new Reliability(new double[1], new boolean[2]))
        .hasMessageContaining("1 confidences and 2 answers");
  }
}

package dev.fovea.vision.metrics.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.RecordedMeasures;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Holds the measures against scikit-learn's and a plain AUPRO, see metrics_reference.py. */
class AnomalyEvaluationTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @ParameterizedTest
  @ValueSource(strings = {"anomaly-ties", "anomaly"})
  void computesTheReferencesMeasures(String name) {
    var told = RecordedMeasures.named(name);
    var measured = collected(told, AnomalyLimits.DEFAULT);
    assertThat(measured.imageAuroc().orElseThrow())
        .isCloseTo(told.get("imageAuroc").asDouble(), EXACT);
    assertThat(measured.imageAveragePrecision().orElseThrow())
        .isCloseTo(told.get("imageAveragePrecision").asDouble(), EXACT);
    assertThat(measured.pixelAuroc().orElseThrow())
        .isCloseTo(told.get("pixelAuroc").asDouble(), EXACT);
    told.get("aupro")
        .forEachEntry((limit, expected) ->
            assertThat(measured.aupro(Double.parseDouble(limit)).orElseThrow())
                .isCloseTo(expected.asDouble(), EXACT));
    assertThat(measured.aupro()).isEqualTo(measured.aupro(0.3));
    long regions = 0;
    for (var count : told.get("regions")) {
      regions += count.asInt();
    }
    assertThat(measured.regionCount()).isEqualTo(regions);
    assertThat(measured.exact()).isTrue();
    assertThat(measured.scoreBits()).isEqualTo(23);
    assertThat(measured.pixelAurocError()).isZero();
    assertThat(measured.auproError(0.3)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2000, 1800, 1600, 1400, 1200, 1100})
  void staysWithinTheErrorThatItStatesWhenScoresAreRounded(int scores) {
    var told = RecordedMeasures.named("anomaly");
    var exact = collected(told, AnomalyLimits.DEFAULT);
    var rounded = collected(told, new AnomalyLimits(10, scores));
    assertThat(rounded.exact()).isFalse();
    assertThat(rounded.scoreBits()).isBetween(5, 22);
    double area = rounded.pixelAuroc().orElseThrow();
    assertThat(area)
        .isCloseTo(exact.pixelAuroc().orElseThrow(), within(rounded.pixelAurocError() + 1e-12));
    assertThat(rounded.pixelAurocError()).isBetween(1e-6, 0.02);
    for (double limit : new double[] {0.05, 0.3, 1}) {
      assertThat(rounded.aupro(limit).orElseThrow())
          .isCloseTo(exact.aupro(limit).orElseThrow(), within(rounded.auproError(limit) + 1e-12));
      assertThat(rounded.auproError(limit)).isBetween(1e-6, 0.2);
    }
    // what is not of pixels stays as it is
    assertThat(rounded.imageAuroc()).isEqualTo(exact.imageAuroc());
    assertThat(rounded.regionCount()).isEqualTo(exact.regionCount());
  }

  @RepeatedTest(10)
  void staysWithinTheErrorThatItStatesForAnyScores(RepetitionInfo repetition) {
    var random = new SplittableRandom(repetition.getCurrentRepetition());
    int images = 6;
    int side = 40;
    var exact = new AnomalyCollector();
    var rounded = new AnomalyCollector(new AnomalyLimits(images, 2000 + random.nextInt(6000)));
    double base = random.nextDouble() * 4 - 2;
    for (int image = 0; image < images; image++) {
      var pixels = new float[side * side];
      var mask = new byte[pixels.length];
      for (int i = 0; i < pixels.length; i++) {
        boolean defect = i / side % 13 < 2 && i % side / 5 % 3 == image % 3;
        mask[i] = (byte) (defect ? 1 : 0);
        pixels[i] = (float) (base + random.nextGaussian() + (defect ? 1 : 0));
      }
      exact.add(image, 0, side, side, pixels, mask);
      rounded.add(image, 0, side, side, pixels, mask);
    }
    var truth = exact.collected();
    var measured = rounded.collected();
    assertThat(truth.exact()).isTrue();
    assertThat(measured.exact()).isFalse();
    assertThat(measured.pixelAuroc().orElseThrow())
        .isCloseTo(truth.pixelAuroc().orElseThrow(), within(measured.pixelAurocError() + 1e-12));
    double limit = 0.01 + random.nextDouble() * 0.5;
    assertThat(measured.aupro(limit).orElseThrow())
        .isCloseTo(truth.aupro(limit).orElseThrow(), within(measured.auproError(limit) + 1e-12));
    assertThat(measured.pixelAurocError()).isLessThan(0.01);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0, -0.1, 1.0001})
  void refusesLimitsThatAreNone(double limit) {
    var measured = new AnomalyCollector().add(1, 0, true).collected();
    assertThatThrownBy(() -> measured.aupro(limit))
        .hasMessage("limit of false positives: %s (expected: above 0, at most 1)".formatted(limit));
  }

  @Test
  void reachesTheErrorThatItStatesInTheWorstOrders() {
    // Four scores that become one when 18 bits are dropped: the defect first, or last.
    float[] falling = {1.003f, 1.002f, 1.001f, 1};
    float[] rising = {1, 1.001f, 1.002f, 1.003f};
    byte[] mask = {1, 0, 0, 0};
    for (float[] pixels : new float[][] {falling, rising}) {
      var exact = new AnomalyCollector().add(1, 0, 4, 1, pixels, mask).collected();
      var rounded =
          new AnomalyCollector(new AnomalyLimits(1, 1)).add(1, 0, 4, 1, pixels, mask).collected();
      double truth = exact.pixelAuroc().orElseThrow();
      assertThat(truth).isEqualTo(pixels == falling ? 1 : 0);
      assertThat(rounded.pixelAuroc()).hasValue(0.5);
      assertThat(rounded.pixelAurocError()).isEqualTo(0.5);
      assertThat(Math.abs(exact.aupro(0.3).orElseThrow() - rounded.aupro(0.3).orElseThrow()))
          .isLessThanOrEqualTo(rounded.auproError(0.3) + 1e-12)
          .isGreaterThan(pixels == falling ? rounded.auproError(0.3) - 1e-12 : 0.1);
    }
  }

  @Test
  void worksOutAnOverlapByHand() {
    // Regions of 1, 1 and 2 pixels; four good pixels.
    float[] pixels = {9, 8, 7, 6, 5, 4, 3, 2};
    byte[] mask = {1, 0, 1, 0, 1, 1, 0, 0};
    var measured = new AnomalyCollector().add(1, 9, 8, 1, pixels, mask).collected();
    assertThat(measured.regionCount()).isEqualTo(3);
    // Points (0, 1/3), (1/4, 1/3), (1/4, 2/3), (1/2, 2/3), (1/2, 5/6), (1/2, 1), (1, 1).
    assertThat(measured.aupro(0.25).orElseThrow()).isCloseTo(1 / 3.0, EXACT);
    assertThat(measured.aupro(0.5).orElseThrow()).isCloseTo(0.5, EXACT);
    assertThat(measured.aupro(1).orElseThrow()).isCloseTo(0.75, EXACT);
    assertThat(measured.aupro(0.3).orElseThrow()).isCloseTo((0.25 / 3 + 0.05 * 2 / 3) / 0.3, EXACT);
  }

  @Test
  void cutsALineThatCrossesTheLimit() {
    // All pixels score the same: one line from (0, 0) to (1, 1).
    var measured =
        new AnomalyCollector().add(1, 0, 2, 1, new float[] {5, 5}, new byte[] {1, 0}).collected();
    assertThat(measured.aupro(0.3).orElseThrow()).isCloseTo(0.15, EXACT);
    assertThat(measured.aupro(1)).hasValue(0.5);
    assertThat(measured.pixelAuroc()).hasValue(0.5);
  }

  @Test
  void countsEachRegionAlikeHoweverLarge() {
    float[] pixels = new float[100];
    byte[] mask = new byte[100];
    for (int i = 0; i < 50; i++) {
      mask[i] = 1;
    }
    mask[70] = 1; // touches nothing
    pixels[70] = 1;
    var measured = new AnomalyCollector().add(1, 0, 10, 10, pixels, mask).collected();
    assertThat(measured.regionCount()).isEqualTo(2);
    // Half of the regions at once, then a line to (1, 1).
    assertThat(measured.aupro(1).orElseThrow()).isCloseTo(0.75, EXACT);
  }

  @Test
  void hasNoMeasureWhereNothingIsToldApart() {
    var good = new AnomalyCollector().add(1, 0.5, 2, 1, new float[2], new byte[2]).collected();
    assertThat(good.imageAuroc()).isEmpty();
    assertThat(good.imageAveragePrecision()).isEmpty();
    assertThat(good.pixelAuroc()).isEmpty();
    assertThat(good.aupro()).isEmpty();
    assertThat(good.pixelAurocError()).isZero();
    var bad = new AnomalyCollector().add(1, 0.5, 1, 1, new float[1], new byte[] {-1}).collected();
    assertThat(bad.pixelAuroc()).isEmpty();
    assertThat(bad.aupro()).isEmpty();
    assertThat(bad.imageAveragePrecision()).hasValue(1);
    assertThat(bad.defectiveCount()).isEqualTo(1);
  }

  @Test
  void leavesImagesWithoutMasksToTheMeasuresOfImages() {
    var told = RecordedMeasures.named("anomaly");
    var collector = new AnomalyCollector();
    add(collector, told);
    var with = collector.collected();
    var more = collector.add(1, 0.2, false).add(2, 5, true).collected();
    assertThat(more.imageCount()).isEqualTo(with.imageCount() + 2);
    assertThat(more.imageAuroc()).isNotEqualTo(with.imageAuroc());
    assertThat(more.pixelAuroc()).isEqualTo(with.pixelAuroc());
    assertThat(more.aupro()).isEqualTo(with.aupro());
    assertThat(more.imageCurve().size()).isPositive();
  }

  static AnomalyEvaluation collected(JsonNode told, AnomalyLimits limits) {
    var collector = new AnomalyCollector(limits);
    add(collector, told);
    return collector.collected();
  }

  private static void add(AnomalyCollector collector, JsonNode told) {
    for (var image : told.get("images")) {
      collector.add(
          image.get("id").asLong(),
          image.get("score").asDouble(),
          image.get("width").asInt(),
          image.get("height").asInt(),
          RecordedMeasures.floats(image.get("scores")),
          RecordedMeasures.bytes(image.get("mask")));
    }
  }
}

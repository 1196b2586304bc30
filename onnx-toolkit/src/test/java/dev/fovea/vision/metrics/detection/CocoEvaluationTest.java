package dev.fovea.vision.metrics.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the evaluation against pycocotools' arrays, bit by bit. */
class CocoEvaluationTest {

  @ParameterizedTest
  @ValueSource(strings = {"boxes", "boxes-few-scores", "boxes-grid"})
  void computesPycocotoolsTwelveNumbers(String name) {
    var recorded = Recorded.named(name);
    var summary = CocoEvaluation.of(recorded.boxes()).summary();
    assertThat(CocoArrays.stats(summary)).containsExactly(recorded.stats());
  }

  @Test
  void computesTheTwelveNumbersUnderOtherCapsButForTheOneThatPycocotoolsLeavesOut() {
    var recorded = Recorded.named("boxes-other-caps");
    var summary = CocoEvaluation.of(recorded.boxes(), recorded.caps()).summary();
    var expected = recorded.stats();
    assertThat(expected[0]).isEqualTo(-1);
    expected[0] = summary.ap();
    assertThat(CocoArrays.stats(summary)).containsExactly(expected);
    assertThat(summary.ap()).isBetween(summary.ap75() / 10, summary.ap50());
  }

  @ParameterizedTest
  @ValueSource(strings = {"boxes", "boxes-few-scores", "boxes-grid", "boxes-other-caps"})
  void computesPycocotoolsPrecisionRecallAndScoreArrays(String name) {
    var recorded = Recorded.named(name);
    var arrays =
        new CocoArrays(CocoEvaluation.of(recorded.boxes(), recorded.caps()), recorded.caps());
    assertThat(arrays.recalls()).containsExactly(recorded.recalls());
    assertThat(arrays.curves(false)).isDeepEqualTo(recorded.curves("precision"));
    assertThat(arrays.curves(true)).isDeepEqualTo(recorded.curves("scores"));
  }

  @Test
  void computesTheSameForMasks() {
    var recorded = Recorded.named("masks");
    var evaluation = CocoEvaluation.of(recorded.masks());
    var arrays = new CocoArrays(evaluation, DetectionCaps.COCO);
    assertThat(CocoArrays.stats(evaluation.summary())).containsExactly(recorded.stats());
    assertThat(arrays.recalls()).containsExactly(recorded.recalls());
    assertThat(arrays.curves(false)).isDeepEqualTo(recorded.curves("precision"));
    assertThat(arrays.curves(true)).isDeepEqualTo(recorded.curves("scores"));
  }

  @Test
  void computesTheSameBitsOnALargerSet() {
    var digests = Recorded.named("digests").told();
    var set =
        GeneratedBoxes.of(
            digests.get("seed").asLong(),
            digests.get("images").asInt(),
            digests.get("categories").asInt());
    assertThat(set.truthCount()).isEqualTo(digests.get("truths").asInt());
    assertThat(set.detectionCount()).isEqualTo(digests.get("detections").asInt());
    var evaluation = CocoEvaluation.of(set);
    var arrays = new CocoArrays(evaluation, DetectionCaps.COCO);
    var stats = CocoArrays.stats(evaluation.summary());
    for (int i = 0; i < stats.length; i++) {
      assertThat(stats[i]).isEqualTo(digests.get("stats").get(i).asDouble());
    }
    assertThat(sha256(arrays.recalls())).isEqualTo(digests.get("recall").asString());
    assertThat(sha256(arrays.flatCurves(false))).isEqualTo(digests.get("precision").asString());
    assertThat(sha256(arrays.flatCurves(true))).isEqualTo(digests.get("scores").asString());
  }

  @Test
  void ignoresTheOrderInWhichImagesWereAdded() {
    var recorded = Recorded.named("boxes-few-scores");
    var expected = CocoEvaluation.of(recorded.boxes()).summary();
    var images = new ArrayList<>(recorded.images());
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(images, new Random(seed));
      assertThat(CocoEvaluation.of(recorded.boxes(images)).summary()).isEqualTo(expected);
    }
  }

  @Test
  void findsTheSameOnAnyNumberOfThreads() throws Exception {
    var set = GeneratedBoxes.of(5, 60, 9);
    var expected = CocoEvaluation.of(set).summary();
    for (int threads : List.of(1, 2, 7)) {
      try (var pool = new ForkJoinPool(threads)) {
        assertThat(pool.submit(() -> CocoEvaluation.of(set).summary()).get()).isEqualTo(expected);
      }
    }
  }

  @Test
  void givesAPerfectDetectorOne() {
    var collector = new BoxCollector(1, 2);
    for (int image = 0; image < 20; image++) {
      collector.image(image);
      for (int i = 0; i < 3; i++) {
        int side = 10 + 60 * i;
        collector.truth(image, 1 + i % 2, 100 * i, 7 * image, side, side, side * side, false);
        collector.detection(image, 1 + i % 2, 0.9, 100 * i, 7 * image, side, side);
      }
    }
    var summary = CocoEvaluation.of(collector.collected()).summary();
    // One detection an image is too few for category 1, which has two objects in each.
    assertThat(summary.arFew()).isEqualTo(0.75);
    var others = CocoArrays.stats(summary);
    others[6] = 1;
    assertThat(others).containsOnly(1.0);
  }

  @Test
  void givesADetectorThatSaysNothingZero() {
    var set = new BoxCollector(4).image(1).truth(1, 4, 0, 0, 9, 9, 81, false).collected();
    var summary = CocoEvaluation.of(set).summary();
    assertThat(summary).isEqualTo(new CocoSummary(0, 0, 0, 0, -1, -1, 0, 0, 0, 0, -1, -1));
  }

  @Test
  void givesMinusOneWhereNothingIsThere() {
    var set = new BoxCollector(4).image(1).detection(1, 4, 0.5, 0, 0, 9, 9).collected();
    var evaluation = CocoEvaluation.of(set);
    assertThat(CocoArrays.stats(evaluation.summary())).containsOnly(-1.0);
    assertThat(evaluation.averagePrecision(4, AreaRange.ALL)).isEmpty();
    assertThat(evaluation.recall(4, AreaRange.ALL, 0, 100)).isEmpty();
    assertThat(evaluation.curve(4, AreaRange.ALL, 0, 100)).isEmpty();
  }

  @Test
  void averagesThePrecisionsOfCategories() {
    var evaluation = CocoEvaluation.of(Recorded.named("boxes").boxes());
    double sum = 0;
    int measured = 0;
    for (long category : evaluation.categories()) {
      var precision = evaluation.averagePrecision(category, AreaRange.ALL);
      sum += precision.orElse(0);
      measured += precision.isPresent() ? 1 : 0;
    }
    assertThat(measured).isPositive().isLessThan(evaluation.categories().length);
    assertThat(sum / measured).isCloseTo(evaluation.summary().ap(), within(1e-12));
  }

  @Test
  void asksForTheOverlapsThatNumpyMakes() {
    assertThat(CocoEvaluation.overlapLevels()).isEqualTo(10);
    assertThat(CocoEvaluation.overlap(0)).isEqualTo(0.5);
    assertThat(CocoEvaluation.overlap(5)).isEqualTo(0.75);
    assertThat(CocoEvaluation.overlap(8)).isEqualTo(0.8999999999999999);
    assertThat(CocoEvaluation.overlap(9)).isEqualTo(0.95);
    assertThatThrownBy(() -> CocoEvaluation.overlap(10))
        .hasMessage("level of overlap: 10 (expected: 0 for 0.50 to 9 for 0.95)");
  }

  @Test
  void refusesCapsAboveThatOfTheEvaluation() {
    var evaluation = CocoEvaluation.of(new BoxCollector(1).image(1).collected());
    assertThatThrownBy(() -> evaluation.recall(1, AreaRange.ALL, 0, 101))
        .hasMessage(
            "detections of an image and category: 101 (expected: 1 to 100, the most of this evaluation)");
    assertThatThrownBy(() -> evaluation.curve(1, AreaRange.ALL, -1, 1))
        .hasMessageStartingWith("level of overlap: -1");
  }

  @Test
  void givesEqualOverlapsToTheLaterTruth() {
    var set =
        new BoxCollector(1)
            .image(1)
            .truth(1, 1, 0, 0, 10, 10, 100, false)
            .truth(1, 1, 2, 0, 10, 10, 100, false)
            .detection(1, 1, 0.9, 1, 0, 10, 10)
            .detection(1, 1, 0.8, -1, 0, 10, 10) // overlaps only the first enough
            .collected();
    assertThat(CocoEvaluation.of(set).recall(1, AreaRange.ALL, 0, 100).orElseThrow()).isEqualTo(1);
  }

  @Test
  void countsAnObjectAtTheEdgeOfTwoAreasInBoth() {
    var set =
        new BoxCollector(1)
            .image(1)
            .truth(1, 1, 0, 0, 32, 32, 1024, false)
            .detection(1, 1, 0.5, 0, 0, 32, 32)
            .collected();
    var summary = CocoEvaluation.of(set).summary();
    assertThat(summary.arSmall()).isEqualTo(1);
    assertThat(summary.arMedium()).isEqualTo(1);
    assertThat(summary.arLarge()).isEqualTo(-1);
  }

  @Test
  void overlapsNothingWithABoxWithoutSize() {
    var set =
        new BoxCollector(1)
            .image(1)
            .truth(1, 1, 5, 5, 0, 0, 0, false)
            .truth(1, 1, 0, 0, 1e-200, 1e-200, 0, false)
            .detection(1, 1, 0.5, 5, 5, 0, 0)
            .detection(1, 1, 0.5, 0, 0, 1e-200, 1e-200)
            .collected();
    assertThat(CocoEvaluation.of(set).summary().ar()).isZero();
  }

  private static String sha256(double[] numbers) {
    var bytes = ByteBuffer.allocate(numbers.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(numbers);
    return Digest.sha256(bytes.array()).hex();
  }
}

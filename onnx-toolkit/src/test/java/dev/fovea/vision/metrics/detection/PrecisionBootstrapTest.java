package dev.fovea.vision.metrics.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrecisionBootstrapTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final int IMAGES = 40;

  private final PrecisionBootstrap bootstrap = new PrecisionBootstrap(400, 0.95, 7);

  @ParameterizedTest
  @EnumSource(ApMeasure.class)
  void replaysWhatAnEvaluationOfRepeatedImagesFinds(ApMeasure measure) {
    var once = repeated(ones(), 0.1);
    var random = new Random(2);
    for (int round = 0; round < 20; round++) {
      var weights = new int[IMAGES];
      for (int i = 0; i < IMAGES; i++) {
        weights[random.nextInt(IMAGES)]++;
      }
      var expected = CocoEvaluation.of(repeated(weights, 0.1)).summary();
      var replayed =
          Replay.of(CocoEvaluation.of(once), measure, AreaRange.ALL).new Player()
              .averagePrecision(weights);
      assertThat(replayed).isCloseTo(precision(expected, measure), EXACT);
    }
  }

  @ParameterizedTest
  @EnumSource(ApMeasure.class)
  void estimatesWhatTheEvaluationSays(ApMeasure measure) {
    var evaluation = CocoEvaluation.of(GeneratedBoxes.of(3, 50, 7));
    var interval = bootstrap.of(evaluation, measure);
    assertThat(interval.estimate()).isCloseTo(precision(evaluation.summary(), measure), EXACT);
    assertThat(interval.low()).isLessThan(interval.estimate());
    assertThat(interval.high()).isGreaterThan(interval.estimate());
    assertThat(interval.standardError()).isPositive();
    assertThat(interval.resamples()).isEqualTo(400);
  }

  @ParameterizedTest
  @EnumSource(AreaRange.class)
  void replaysEachRangeOfAreasByItself(AreaRange area) {
    var once = CocoEvaluation.of(repeated(ones(), 0.1));
    var random = new Random(3);
    for (int round = 0; round < 20; round++) {
      var weights = new int[IMAGES];
      for (int i = 0; i < IMAGES; i++) {
        weights[random.nextInt(IMAGES)]++;
      }
      var expected = CocoEvaluation.of(repeated(weights, 0.1)).summary();
      var replayed = Replay.of(once, ApMeasure.AP, area).new Player().averagePrecision(weights);
      assertThat(replayed).isCloseTo(precision(expected, area), EXACT);
    }
    var interval = bootstrap.of(once, ApMeasure.AP, area);
    assertThat(interval.estimate()).isCloseTo(precision(once.summary(), area), EXACT);
    assertThat(interval.low()).isLessThan(interval.estimate());
    var worse = CocoEvaluation.of(repeated(ones(), 0.2));
    assertThat(bootstrap.ofDifference(once, worse, ApMeasure.AP, area).estimate())
        .isCloseTo(precision(worse.summary(), area) - precision(once.summary(), area), EXACT)
        .isNegative();
  }

  @Test
  void refusesARangeOfAreasThatHasNoTruth() {
    var large = new BoxCollector(1).image(1).truth(1, 1, 0, 0, 200, 200, 40000, false);
    assertThatThrownBy(
            () -> bootstrap.of(CocoEvaluation.of(large.collected()), ApMeasure.AP, AreaRange.SMALL))
        .hasMessage("truths that count: none in 1 images (there is no average precision)");
  }

  @Test
  void findsTheStandardErrorOfAShareThatIsKnown() {
    // An object an image, found or not, nothing wrong: the average precision is the recall.
    var random = new Random(5);
    int images = 900;
    int found = 0;
    var collector = new BoxCollector(1);
    for (int image = 0; image < images; image++) {
      collector.image(image).truth(image, 1, 0, 0, 10, 10, 100, false);
      if (random.nextDouble() < 0.7) {
        found++;
        collector.detection(image, 1, 0.5, 0, 0, 10, 10);
      }
    }
    var evaluation = CocoEvaluation.of(collector.collected());
    var interval = new PrecisionBootstrap(2000, 0.95, 1).of(evaluation, ApMeasure.AP50);
    double share = (double) found / images;
    double error = Math.sqrt(share * (1 - share) / images);
    assertThat(interval.standardError()).isBetween(error * 0.93, error * 1.07);
    assertThat(interval.high() - interval.low()).isBetween(3.6 * error, 4.3 * error);
    assertThat(interval.excludes(share)).isFalse();
    assertThat(interval.excludes(share + 0.1)).isTrue();
    assertThat(interval.excludes(share - 0.1)).isTrue();
  }

  @Test
  void holdsTheExpectedPrecisionAboutAsOftenAsItSays() {
    int sets = 100;
    double expected = 0;
    for (int seed = 0; seed < 200; seed++) {
      expected += CocoEvaluation.of(GeneratedBoxes.of(1000 + seed, 40, 6)).summary().ap() / 200;
    }
    int held = 0;
    for (int seed = 0; seed < sets; seed++) {
      var evaluation = CocoEvaluation.of(GeneratedBoxes.of(seed, 40, 6));
      var interval = new PrecisionBootstrap(150, 0.95, seed).of(evaluation, ApMeasure.AP);
      held += interval.excludes(expected) ? 0 : 1;
      assertThat(interval.bias()).isPositive();
    }
    assertThat(held).isBetween(88, 100);
  }

  @Test
  void cutsOffWhatNoPrecisionCanBe() {
    var collector = new BoxCollector(1);
    for (int image = 0; image < 12; image++) {
      collector.image(image).truth(image, 1, 0, 0, 10, 10, 100, false);
      if (image >= 3) {
        collector.detection(image, 1, 0.5, 0, 0, 10, 10);
      }
    }
    var evaluation = CocoEvaluation.of(collector.collected());
    var interval = new PrecisionBootstrap(400, 0.999, 7).of(evaluation, ApMeasure.AP);
    // 76 of 101 points for a recall of 75 %; one resample in thirty finds everything.
    assertThat(interval.estimate()).isCloseTo(76 / 101.0, EXACT);
    assertThat(interval.bias()).isNegative();
    assertThat(interval.high()).isEqualTo(1);
    assertThat(interval.low()).isBetween(0.1, 0.5);
  }

  @Test
  void seesSmallDifferencesOfDetectorsThatFailOnTheSameImages() {
    var good = CocoEvaluation.of(repeated(ones(), 0.10));
    var worse = CocoEvaluation.of(repeated(ones(), 0.13));
    var difference = bootstrap.ofDifference(good, worse, ApMeasure.AP);
    var alone = bootstrap.of(good, ApMeasure.AP);
    assertThat(difference.estimate())
        .isCloseTo(worse.summary().ap() - good.summary().ap(), EXACT)
        .isNegative();
    assertThat(difference.excludes(0)).isTrue();
    assertThat(difference.standardError()).isLessThan(alone.standardError());
    assertThat(bootstrap.ofDifference(worse, good, ApMeasure.AP).estimate())
        .isEqualTo(-difference.estimate());
  }

  @Test
  void findsNoDifferenceOfADetectorFromItself() {
    var evaluation = CocoEvaluation.of(GeneratedBoxes.of(3, 30, 4));
    var again = CocoEvaluation.of(GeneratedBoxes.of(3, 30, 4));
    assertThat(bootstrap.ofDifference(evaluation, again, ApMeasure.AP))
        .isEqualTo(new BootstrapInterval(0, 0, 0, 0, 0, 0.95, 400));
  }

  @Test
  void givesTheSameIntervalForTheSameSeedOnAnyNumberOfThreads() throws Exception {
    var evaluation = CocoEvaluation.of(GeneratedBoxes.of(3, 60, 5));
    var expected = bootstrap.of(evaluation, ApMeasure.AP);
    for (int threads : new int[] {1, 3, 8}) {
      try (var pool = new ForkJoinPool(threads)) {
        var found = pool.submit(() -> bootstrap.of(evaluation, ApMeasure.AP)).get();
        assertThat(found).isEqualTo(expected);
      }
    }
    var other = new PrecisionBootstrap(400, 0.95, 8).of(evaluation, ApMeasure.AP);
    assertThat(other.low()).isNotEqualTo(expected.low());
    assertThat(other.low()).isCloseTo(expected.low(), within(0.02));
  }

  @Test
  void takesAnotherResampleWhereNoTruthIsThere() {
    var collector = new BoxCollector(1);
    for (int image = 0; image < 50; image++) {
      collector.image(image).detection(image, 1, 0.4, 0, 0, 10, 10);
    }
    collector.truth(9, 1, 0, 0, 10, 10, 100, false).detection(9, 1, 0.5, 0, 0, 10, 10);
    var interval = bootstrap.of(CocoEvaluation.of(collector.collected()), ApMeasure.AP);
    assertThat(interval.low()).isPositive();
    assertThat(interval.high()).isCloseTo(1, EXACT);
  }

  @Test
  void refusesEvaluationsThatCannotBeCompared() {
    var some = CocoEvaluation.of(GeneratedBoxes.of(3, 30, 4));
    var others = CocoEvaluation.of(GeneratedBoxes.of(4, 30, 4));
    assertThatThrownBy(() -> bootstrap.ofDifference(some, others, ApMeasure.AP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("(expected: the same truths in the same images)");
    var here = new BoxCollector(1).image(1).truth(1, 1, 0, 0, 5, 5, 25, false).collected();
    var there = new BoxCollector(1).image(1).truth(1, 1, 0, 1, 5, 5, 25, false).collected();
    assertThatThrownBy(() ->
            bootstrap.ofDifference(CocoEvaluation.of(here), CocoEvaluation.of(there), ApMeasure.AP))
        .hasMessageStartingWith("evaluations of 1 truths in 1 images and of 1 in 1");
    var empty = CocoEvaluation.of(new BoxCollector(1).image(1).collected());
    assertThatThrownBy(() -> bootstrap.of(empty, ApMeasure.AP))
        .hasMessage("truths that count: none in 1 images (there is no average precision)");
  }

  @Test
  void refusesSettingsThatAreNone() {
    assertThatThrownBy(() -> new PrecisionBootstrap(99, 0.95, 1))
        .hasMessage(
            "bootstrap of 99 resamples at confidence 0.95 (expected: 100 to 1000000, between 0 and 1)");
    assertThatThrownBy(() -> new PrecisionBootstrap(100, Double.NaN, 1))
        .hasMessageContaining("confidence NaN");
    assertThatThrownBy(() -> new PrecisionBootstrap(100, 1, 1))
        .hasMessageContaining("confidence 1.0");
  }

  private static int[] ones() {
    var ones = new int[IMAGES];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Boxes that miss by a share of their size; no two have the same score. */
  private static DetectionSet repeated(int[] weights, double miss) {
    var collector = new BoxCollector(1, 2, 3);
    for (int image = 0; image < weights.length; image++) {
      for (int copy = 0; copy < weights[image]; copy++) {
        long id = image * 1000L + copy;
        collector.image(id);
        var random = new Random(image);
        for (int i = 0; i < 6; i++) {
          long category = 1 + random.nextInt(3);
          double left = random.nextInt(300);
          double top = random.nextInt(300);
          double side = 20 + random.nextInt(100);
          double off = random.nextGaussian() * side;
          collector.truth(id, category, left, top, side, side, side * side, i == 5);
          collector.detection(
              id, category, random.nextDouble(), left + miss * off, top, side, side);
          collector.detection(id, category, random.nextDouble() / 2, left + off, top, side, side);
        }
      }
    }
    return collector.collected();
  }

  private static double precision(CocoSummary summary, AreaRange area) {
    return switch (area) {
      case ALL -> summary.ap();
      case SMALL -> summary.apSmall();
      case MEDIUM -> summary.apMedium();
      case LARGE -> summary.apLarge();
    };
  }

  private static double precision(CocoSummary summary, ApMeasure measure) {
    return switch (measure) {
      case AP -> summary.ap();
      case AP50 -> summary.ap50();
      case AP75 -> summary.ap75();
    };
  }
}

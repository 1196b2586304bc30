package dev.fovea.vision.metrics.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CategoryIntervalsTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final int IMAGES = 14;
  private static final int RESAMPLES = 150;
  private static final long SEED = 11;

  private static final long COMMON = 1;
  private static final long RARE = 2;
  private static final long MISSED = 3;
  private static final long IN_ONE_IMAGE = 4;
  private static final long FALSE_ALARMS = 5;
  private static final long CROWDS = 6;
  private static final long NOWHERE = 7;

  private final PrecisionBootstrap bootstrap = new PrecisionBootstrap(RESAMPLES, 0.9, SEED);

  @ParameterizedTest
  @EnumSource(ApMeasure.class)
  void findsWhatEvaluatingEachResampleFinds(ApMeasure measure) {
    var found = bootstrap.byCategory(CocoEvaluation.of(set(ones(), 0.15)), measure);
    assertThat(found).containsOnlyKeys(COMMON, RARE, MISSED);
    found.forEach((category, interval) -> {
      var estimate = precision(set(ones(), 0.15), category, measure);
      var resampled = new ArrayList<Double>();
      for (var weights : resamples()) {
        double precision = precision(set(weights, 0.15), category, measure);
        if (precision >= 0) {
          resampled.add(precision);
        }
      }
      assertSame(interval, estimate, resampled, 0);
    });
    assertThat(found.get(RARE).resamples()).isLessThan(RESAMPLES);
    assertThat(found.get(RARE).low()).isLessThan(found.get(RARE).high());
    assertThat(found.get(MISSED).low()).isZero();
    assertThat(found.get(MISSED).high()).isZero();
  }

  @Test
  void findsDifferencesOnTheSameResamples() {
    var better = CocoEvaluation.of(set(ones(), 0.1));
    var worse = CocoEvaluation.of(set(ones(), 0.25));
    var found = bootstrap.ofDifferenceByCategory(better, worse, ApMeasure.AP);
    assertThat(found).containsOnlyKeys(COMMON, RARE, MISSED);
    found.forEach((category, interval) -> {
      var resampled = new ArrayList<Double>();
      for (var weights : resamples()) {
        double first = precision(set(weights, 0.1), category, ApMeasure.AP);
        if (first >= 0) {
          resampled.add(precision(set(weights, 0.25), category, ApMeasure.AP) - first);
        }
      }
      var estimate =
          precision(set(ones(), 0.25), category, ApMeasure.AP)
              - precision(set(ones(), 0.1), category, ApMeasure.AP);
      assertSame(interval, estimate, resampled, -1);
    });
    assertThat(found.get(COMMON).high()).isNegative();
    assertThat(bootstrap.ofDifferenceByCategory(better, better, ApMeasure.AP).values())
        .allMatch(none -> none.low() == 0 && none.high() == 0 && none.standardError() == 0);
  }

  @Test
  void givesTheSameOnAnyNumberOfThreads() throws Exception {
    var evaluation = CocoEvaluation.of(set(ones(), 0.15));
    var expected = bootstrap.byCategory(evaluation, ApMeasure.AP);
    for (int threads : new int[] {1, 5}) {
      try (var pool = new ForkJoinPool(threads)) {
        assertThat(pool.submit(() -> bootstrap.byCategory(evaluation, ApMeasure.AP)).get())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void hasNoneOfWhatIsNotThereOrInOneImageAlone() {
    var nothing = new BoxCollector(1).image(1).image(2).detection(1, 1, 0.5, 0, 0, 9, 9);
    assertThat(bootstrap.byCategory(CocoEvaluation.of(nothing.collected()), ApMeasure.AP))
        .isEmpty();
    var one = new BoxCollector(1).image(1).truth(1, 1, 0, 0, 9, 9, 81, false);
    one.truth(1, 1, 20, 0, 9, 9, 81, false).detection(1, 1, 0.5, 0, 0, 9, 9);
    assertThat(bootstrap.byCategory(CocoEvaluation.of(one.collected()), ApMeasure.AP)).isEmpty();
    var here = new BoxCollector(1).image(1).truth(1, 1, 0, 0, 5, 5, 25, false).collected();
    var there = new BoxCollector(1).image(1).truth(1, 1, 0, 1, 5, 5, 25, false).collected();
    assertThatThrownBy(() ->
            bootstrap.ofDifferenceByCategory(
                CocoEvaluation.of(here), CocoEvaluation.of(there), ApMeasure.AP))
        .hasMessageEndingWith("(expected: the same truths in the same images)");
  }

  /** The shares that {@link PrecisionBootstrap#byCategory} states. */
  @ParameterizedTest
  @CsvSource({"2, 50, 75", "5, 78, 92", "10, 82, 97", "20, 89, 98", "80, 89, 98"})
  void holdsTheExpectedPrecisionLessOftenTheFewerImagesHaveTheCategory(
      int images, int least, int most) {
    double expected = 0;
    for (int seed = 0; seed < 2000; seed++) {
      expected += precision(drawn(10_000 + seed, images), 1, ApMeasure.AP) / 2000;
    }
    int held = 0;
    for (int seed = 0; seed < 300; seed++) {
      var evaluation = CocoEvaluation.of(drawn(seed, images));
      var interval =
          new PrecisionBootstrap(200, 0.95, seed).byCategory(evaluation, ApMeasure.AP).get(1L);
      held += interval.excludes(expected) ? 0 : 1;
    }
    assertThat(held / 3.0).isBetween((double) least, (double) most);
  }

  /**
   * One to three objects of a category in each of so many images and none in as many others; a hard
   * image has objects that are missed or found aside, and every image may have false alarms.
   */
  private static DetectionSet drawn(long seed, int images) {
    var random = new SplittableRandom(seed);
    var collector = new BoxCollector(1);
    for (int image = 0; image < 2 * images; image++) {
      collector.image(image);
      double ease = 0.4 + 0.6 * random.nextDouble();
      for (int i = image < images ? 1 + random.nextInt(3) : 0; i > 0; i--) {
        double left = 100 * i;
        collector.truth(image, 1, left, 0, 40, 40, 1600, false);
        if (random.nextDouble() < ease) {
          double aside = 12 * (1 - ease) * random.nextDouble();
          double score = 0.2 + 0.8 * random.nextDouble() * ease;
          collector.detection(image, 1, score, left + aside, 0, 40, 40);
        }
      }
      if (random.nextDouble() < 0.4) {
        collector.detection(image, 1, 0.7 * random.nextDouble(), 500, 200, 40, 40);
      }
    }
    return collector.collected();
  }

  /** As {@link dev.fovea.vision.metrics.bootstrap.ImageBootstrap} draws them, one by one. */
  private static List<int[]> resamples() {
    return new SplittableRandom(SEED)
        .longs(RESAMPLES)
        .mapToObj(seed -> {
          var chance = new SplittableRandom(seed);
          var weights = new int[IMAGES];
          for (int i = 0; i < IMAGES; i++) {
            weights[(int) ((chance.nextLong() >>> 32) * IMAGES >>> 32)]++;
          }
          return weights;
        })
        .toList();
  }

  private static void assertSame(
      BootstrapInterval interval, double estimate, List<Double> resampled, double least) {
    var sorted = resampled.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double mean = Arrays.stream(sorted).average().orElseThrow();
    double squares = Arrays.stream(sorted).map(each -> (each - mean) * (each - mean)).sum();
    double bias = mean - estimate;
    assertThat(interval.resamples()).isEqualTo(sorted.length);
    assertThat(interval.estimate()).isCloseTo(estimate, EXACT);
    assertThat(interval.bias()).isCloseTo(bias, EXACT);
    assertThat(interval.standardError())
        .isCloseTo(Math.sqrt(squares / (sorted.length - 1)), within(1e-9));
    assertThat(interval.low())
        .isCloseTo(Math.clamp(quantile(sorted, 0.05) - bias, least, 1), EXACT);
    assertThat(interval.high())
        .isCloseTo(Math.clamp(quantile(sorted, 0.95) - bias, least, 1), EXACT);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    return below == sorted.length - 1
        ? sorted[below]
        : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
  }

  private static double precision(DetectionSet set, long category, ApMeasure measure) {
    var evaluation = CocoEvaluation.of(set);
    return switch (measure) {
      case AP -> evaluation.averagePrecision(category, AreaRange.ALL).orElse(-1);
      case AP50 -> evaluation.averagePrecision(category, AreaRange.ALL, 0).orElse(-1);
      case AP75 -> evaluation.averagePrecision(category, AreaRange.ALL, 5).orElse(-1);
    };
  }

  private static int[] ones() {
    var ones = new int[IMAGES];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Each image as often as its weight says; no two detections of one image score alike. */
  private static DetectionSet set(int[] weights, double miss) {
    var collector =
        new BoxCollector(COMMON, RARE, MISSED, IN_ONE_IMAGE, FALSE_ALARMS, CROWDS, NOWHERE);
    for (int image = 0; image < weights.length; image++) {
      for (int copy = 0; copy < weights[image]; copy++) {
        addImage(collector, image * 1000L + copy, image, miss);
      }
    }
    return collector.collected();
  }

  private static void addImage(BoxCollector collector, long id, int image, double miss) {
    var random = new Random(image);
    collector.image(id);
    for (int i = 0; i < 3; i++) {
      long category = image % 5 == 0 ? RARE : COMMON;
      double left = 100 * i;
      double off = miss * 40 * random.nextGaussian();
      boolean there = image % 2 == 0 || category == RARE;
      if (there) {
        collector.truth(id, category, left, 0, 40, 40, 1600, false);
        collector.detection(id, category, random.nextDouble(), left + off, 0, 40, 40);
      }
      collector.detection(id, category, random.nextDouble() / 2, left, 90, 40, 40);
      collector.detection(id, FALSE_ALARMS, random.nextDouble(), left, 200, 40, 40);
    }
    if (image < 2) {
      collector.truth(id, MISSED, 0, 300, 40, 40, 1600, false);
    }
    if (image == 3) {
      collector.truth(id, IN_ONE_IMAGE, 0, 300, 40, 40, 1600, false);
      collector.detection(id, IN_ONE_IMAGE, 0.5, 0, 300, 40, 40);
    }
    if (image > 6) {
      collector.truth(id, CROWDS, 0, 300, 40, 40, 1600, true);
    }
  }
}

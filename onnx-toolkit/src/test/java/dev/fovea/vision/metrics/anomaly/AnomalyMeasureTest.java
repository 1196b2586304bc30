package dev.fovea.vision.metrics.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnomalyMeasureTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final int IMAGES = 30;

  private final ImageBootstrap bootstrap = new ImageBootstrap(300, 0.95, 7);

  @ParameterizedTest
  @EnumSource(AnomalyMeasure.class)
  void measuresResamplesAsRepeatedImages(AnomalyMeasure measure) {
    var player = evaluation(IMAGES, 0.4).measure(measure).player();
    var random = new Random(2);
    for (int round = 0; round < 20; round++) {
      var weights = new int[IMAGES];
      var repeated = new AnomalyCollector();
      for (int i = 0; i < IMAGES; i++) {
        int image = random.nextInt(IMAGES);
        weights[image]++;
        add(repeated, i, image, 0.4);
      }
      assertThat(player.measured(weights)).isCloseTo(direct(repeated.collected(), measure), EXACT);
    }
  }

  @ParameterizedTest
  @EnumSource(AnomalyMeasure.class)
  void hasAnIntervalAroundWhatTheEvaluationSays(AnomalyMeasure measure) {
    var evaluation = evaluation(60, 0.4);
    var interval = bootstrap.of(evaluation.measure(measure));
    assertThat(interval.estimate()).isCloseTo(direct(evaluation, measure), EXACT);
    assertThat(interval.low()).isLessThan(interval.estimate());
    assertThat(interval.high()).isGreaterThan(interval.estimate());
    assertThat(interval.standardError()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(AnomalyMeasure.class)
  void seesThatOneDetectorIsWorseOnTheSameImages(AnomalyMeasure measure) {
    var better = evaluation(120, 0.3).measure(measure);
    var worse = evaluation(120, 0.5).measure(measure);
    var difference = bootstrap.ofDifference(better, worse);
    assertThat(difference.high()).isNegative();
    assertThat(bootstrap.ofDifference(worse, better).estimate()).isEqualTo(-difference.estimate());
  }

  @Test
  void ignoresTheOrderOfImages() {
    var forward = new AnomalyCollector();
    var backward = new AnomalyCollector();
    for (int image = 0; image < IMAGES; image++) {
      add(forward, image, image, 0.4);
      add(backward, IMAGES - 1 - image, IMAGES - 1 - image, 0.4);
    }
    for (var measure : AnomalyMeasure.values()) {
      assertThat(bootstrap.of(backward.collected().measure(measure)).low())
          .isCloseTo(bootstrap.of(forward.collected().measure(measure)).low(), EXACT);
    }
  }

  @Test
  void hasAnIntervalOfTheOverlapUpToAnotherLimit() {
    var evaluation = evaluation(60, 0.4);
    var interval = bootstrap.of(evaluation.auproMeasure(0.05));
    assertThat(interval.estimate()).isCloseTo(evaluation.aupro(0.05).orElseThrow(), EXACT);
    assertThat(interval.estimate()).isLessThan(evaluation.aupro().orElseThrow());
    assertThatThrownBy(() -> evaluation.auproMeasure(0))
        .hasMessageContaining("limit of false positives: 0.0");
  }

  @Test
  void roundsToTheSameScoresInWhateverOrderImagesCome() {
    var limits = new AnomalyLimits(IMAGES, 1500);
    var order = IntStream.range(0, IMAGES).boxed().collect(Collectors.toList());
    var expected = rounded(limits, order);
    assertThat(expected.exact()).isFalse();
    for (int round = 0; round < 5; round++) {
      Collections.shuffle(order, new Random(round));
      var measured = rounded(limits, order);
      assertThat(measured.scoreBits()).isEqualTo(expected.scoreBits());
      assertThat(measured.pixelAuroc()).isEqualTo(expected.pixelAuroc());
      assertThat(measured.aupro().orElseThrow()).isCloseTo(expected.aupro().orElseThrow(), EXACT);
    }
  }

  private static AnomalyEvaluation rounded(AnomalyLimits limits, List<Integer> order) {
    var collector = new AnomalyCollector(limits);
    for (int image : order) {
      var pixels = new float[100];
      var mask = new byte[100];
      var chance = new SplittableRandom(image);
      for (int i = 0; i < pixels.length; i++) {
        mask[i] = (byte) (i / 10 == image ? 1 : 0);
        pixels[i] = (float) (1 + chance.nextDouble() + mask[i]);
      }
      collector.add(image, 0, 10, 10, pixels, mask);
    }
    return collector.collected();
  }

  @Test
  void refusesToCompareOtherMasks() {
    var left = new AnomalyCollector().add(1, 0, 2, 1, new float[2], new byte[] {1, 0});
    var right = new AnomalyCollector().add(1, 0, 2, 1, new float[2], new byte[] {0, 1});
    assertThatThrownBy(() ->
            bootstrap.ofDifference(
                left.collected().measure(AnomalyMeasure.AUPRO),
                right.collected().measure(AnomalyMeasure.AUPRO)))
        .hasMessageContaining("expected: the same truths in the same images");
    assertThatThrownBy(() -> bootstrap.of(left.collected().measure(AnomalyMeasure.IMAGE_AUROC)))
        .hasMessageContaining("measure: not defined on these 1 images");
  }

  private static double direct(AnomalyEvaluation evaluation, AnomalyMeasure measure) {
    var measured =
        switch (measure) {
          case IMAGE_AUROC -> evaluation.imageAuroc();
          case IMAGE_AVERAGE_PRECISION -> evaluation.imageAveragePrecision();
          case PIXEL_AUROC -> evaluation.pixelAuroc();
          case AUPRO -> evaluation.aupro();
        };
    return measured.orElseThrow();
  }

  private static AnomalyEvaluation evaluation(int images, double noise) {
    var collector = new AnomalyCollector();
    for (int image = 0; image < images; image++) {
      add(collector, image, image, noise);
    }
    return collector.collected();
  }

  /** A third of the images has a defect; scores are steps, so that there are ties. */
  private static void add(AnomalyCollector collector, long id, int seed, double noise) {
    var chance = new SplittableRandom(seed);
    int width = 8 + chance.nextInt(5);
    var mask = new byte[width * 10];
    var pixels = new float[mask.length];
    double contrast = 0.3 + chance.nextDouble() * 0.5;
    double highest = 0;
    for (int spot = chance.nextInt(3) == 0 ? 2 : 0; spot > 0; spot--) {
      int at = chance.nextInt(mask.length - width - 2);
      mask[at] = mask[at + 1] = mask[at + width] = 1;
    }
    for (int i = 0; i < pixels.length; i++) {
      double score = mask[i] * contrast + noise * (0.3 + 0.3 * chance.nextGaussian());
      pixels[i] = Math.round(score * 50) / 50f;
      highest = Math.max(highest, pixels[i]);
    }
    collector.add(id, highest + noise * chance.nextGaussian() / 4, width, 10, pixels, mask);
  }
}

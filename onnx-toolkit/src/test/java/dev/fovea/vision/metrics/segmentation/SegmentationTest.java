package dev.fovea.vision.metrics.segmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.metrics.RecordedMeasures;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the measures against scikit-learn's, see metrics_reference.py. */
class SegmentationTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final int CLASSES = 5;

  private final ImageBootstrap bootstrap = new ImageBootstrap(400, 0.95, 7);

  @Test
  void computesScikitLearnsMeasures() {
    var told = RecordedMeasures.named("segmentation");
    int classes = told.get("classes").asInt();
    var collector = new SegmentationCollector(classes, told.get("ignored").asInt());
    for (var image : told.get("images")) {
      collector.add(
          image.get("id").asLong(),
          RecordedMeasures.bytes(image.get("truth")),
          RecordedMeasures.bytes(image.get("answer")));
    }
    var measured = collector.collected();
    for (int truth = 0; truth < classes; truth++) {
      for (int answer = 0; answer < classes; answer++) {
        assertThat(measured.confusion().count(truth, answer))
            .isEqualTo(told.get("confusion").get(truth).get(answer).asLong());
      }
    }
    for (int i = 0; i < told.get("labels").size(); i++) {
      int label = told.get("labels").get(i).asInt();
      assertThat(measured.iou(label).orElseThrow())
          .isCloseTo(told.get("iou").get(i).asDouble(), EXACT);
      assertThat(measured.dice(label).orElseThrow())
          .isCloseTo(told.get("dice").get(i).asDouble(), EXACT);
    }
    assertThat(measured.nowhere()).containsExactly(5);
    assertThat(measured.iou(5)).isEmpty();
    assertThat(measured.dice(5)).isEmpty();
    assertThat(measured.ignoredPixels()).isEqualTo(told.get("ignoredPixels").asLong());
    assertThat(measured.meanIou()).isCloseTo(told.get("meanIou").asDouble(), EXACT);
    assertThat(measured.meanDice()).isCloseTo(told.get("meanDice").asDouble(), EXACT);
    assertThat(measured.frequencyWeightedIou())
        .isCloseTo(told.get("frequencyWeightedIou").asDouble(), EXACT);
    assertThat(measured.pixelAccuracy()).isCloseTo(told.get("pixelAccuracy").asDouble(), EXACT);
    assertThat(measured.meanAccuracy()).isCloseTo(told.get("meanAccuracy").asDouble(), EXACT);
  }

  @Test
  void worksOutAnExampleByHand() {
    var measured =
        new SegmentationCollector(3)
            .add(1, new int[] {0, 0, 0, 1}, new int[] {0, 0, 1, 1})
            .add(2, new int[] {1, 1}, new int[] {1, 0})
            .collected();
    assertThat(measured.iou(0)).hasValue(2 / 4.0);
    assertThat(measured.iou(1)).hasValue(2 / 4.0);
    assertThat(measured.meanIou()).isEqualTo(0.5);
    assertThat(measured.dice(1)).hasValue(4 / 6.0);
    assertThat(measured.pixelAccuracy()).isCloseTo(4 / 6.0, EXACT);
    assertThat(measured.nowhere()).containsExactly(2);
    assertThat(measured.imageCount()).isEqualTo(2);
  }

  @Test
  void ignoresATruthThatIsAClassButNotItsAnswersElsewhere() {
    var measured =
        new SegmentationCollector(2, 0)
            .add(1, new int[] {0, 0, 1, 1}, new int[] {9, -9, 1, 0})
            .collected();
    assertThat(measured.ignoredPixels()).isEqualTo(2);
    assertThat(measured.iou(0)).hasValue(0);
    assertThat(measured.iou(1)).hasValue(0.5);
  }

  @Test
  void countsBytesAbove127AsClasses() {
    byte[] labels = {(byte) 200, (byte) 255, 3};
    var measured = new SegmentationCollector(256).add(1, labels, labels).collected();
    assertThat(measured.iou(200)).hasValue(1);
    assertThat(measured.meanIou()).isEqualTo(1);
    assertThat(measured.nowhere()).hasSize(253);
  }

  @Test
  void ignoresTheOrderOfImages() {
    var forward = new SegmentationCollector(CLASSES, 255);
    var backward = new SegmentationCollector(CLASSES, 255);
    for (int image = 0; image < 20; image++) {
      add(forward, image, image, 0.2);
      add(backward, 19 - image, 19 - image, 0.2);
    }
    var measure = forward.collected().measure(SegmentationMeasure.MEAN_IOU);
    var again = backward.collected().measure(SegmentationMeasure.MEAN_IOU);
    assertThat(bootstrap.of(again)).isEqualTo(bootstrap.of(measure));
    var difference = bootstrap.ofDifference(measure, again);
    assertThat(difference.standardError()).isZero();
  }

  @ParameterizedTest
  @EnumSource(SegmentationMeasure.class)
  void measuresResamplesAsRepeatedImages(SegmentationMeasure measure) {
    var once = new SegmentationCollector(CLASSES, 255);
    var random = new Random(2);
    for (int image = 0; image < 20; image++) {
      add(once, image, image, 0.3);
    }
    var player = once.collected().measure(measure).player();
    for (int round = 0; round < 10; round++) {
      var weights = new int[20];
      var repeated = new SegmentationCollector(CLASSES, 255);
      for (int i = 0; i < 20; i++) {
        int image = random.nextInt(20);
        weights[image]++;
        add(repeated, i, image, 0.3);
      }
      double expected = measure.of(repeated.collected().confusion().tallies()).orElseThrow();
      assertThat(player.measured(weights)).isCloseTo(expected, EXACT);
    }
  }

  @Test
  void seesASmallDifferenceOfModelsThatFailOnTheSameImages() {
    var first = new SegmentationCollector(CLASSES, 255);
    var second = new SegmentationCollector(CLASSES, 255);
    for (int image = 0; image < 60; image++) {
      double hard = 0.1 + 0.5 * (image % 7) / 7;
      add(first, image, image, hard);
      add(second, image, image, hard + 0.02);
    }
    var better = first.collected();
    var worse = second.collected();
    var difference =
        bootstrap.ofDifference(
            better.measure(SegmentationMeasure.MEAN_IOU),
            worse.measure(SegmentationMeasure.MEAN_IOU));
    assertThat(difference.estimate()).isCloseTo(worse.meanIou() - better.meanIou(), EXACT);
    assertThat(difference.excludes(0)).isTrue();
    var alone = bootstrap.of(better.measure(SegmentationMeasure.MEAN_IOU));
    assertThat(alone.estimate()).isCloseTo(better.meanIou(), EXACT);
    assertThat(alone.standardError()).isGreaterThan(3 * difference.standardError());
    var ofClass = bootstrap.of(better.iouMeasure(2));
    assertThat(ofClass.estimate()).isCloseTo(better.iou(2).orElseThrow(), EXACT);
    var dice = bootstrap.of(better.diceMeasure(2));
    assertThat(dice.estimate()).isCloseTo(better.dice(2).orElseThrow(), EXACT);
    assertThat(dice.low()).isGreaterThan(ofClass.low());
  }

  @Test
  void holdsTheTrueMeanIouAboutAsOftenAsItSays() {
    int images = 40;
    var all = new SegmentationCollector(CLASSES, 255);
    for (int image = 0; image < 8000; image++) {
      add(all, image, image, 0.1 + 0.1 * (image % 5));
    }
    double expected = all.collected().meanIou();
    int held = 0;
    for (int set = 0; set < 100; set++) {
      var some = new SegmentationCollector(CLASSES, 255);
      for (int image = 0; image < images; image++) {
        int which = 10_000 + set * images + image;
        add(some, image, which, 0.1 + 0.1 * (which % 5));
      }
      var measure = some.collected().measure(SegmentationMeasure.MEAN_IOU);
      held += new ImageBootstrap(200, 0.95, set).of(measure).excludes(expected) ? 0 : 1;
    }
    assertThat(held).isBetween(88, 100);
  }

  @Test
  void refusesWhatIsNoSegmentationAndKeepsNothingOfIt() {
    var collector = new SegmentationCollector(2, 255).add(1, new int[] {0, 1}, new int[] {0, 1});
    assertThatThrownBy(() -> collector.add(1, new int[] {0}, new int[] {0}))
        .hasMessage("image 1: added twice (expected: each id once)");
    assertThatThrownBy(() -> collector.add(2, new int[] {0, 0, 2}, new int[] {0, 0, 1}))
        .hasMessage(
            "image 2, pixel 2: truth 2, answer 1 (expected: 0 to 1, or truth 255, which is ignored)");
    assertThatThrownBy(() -> collector.add(2, new int[] {1, 0}, new int[] {0, -1}))
        .hasMessageContaining("pixel 1: truth 0, answer -1");
    assertThatThrownBy(() -> collector.add(2, new int[] {1, 0}, new int[] {255, 0}))
        .hasMessageContaining("pixel 0: truth 1, answer 255");
    assertThatThrownBy(() -> collector.add(2, new int[3], new int[2]))
        .hasMessage("image 2: 3 true and 2 answered pixels (expected: equally many, at least 1)");
    assertThatThrownBy(() -> collector.add(2, new byte[0], new byte[0]))
        .hasMessageContaining("0 true and 0 answered");
    var measured = collector.add(2, new int[] {1}, new int[] {1}).collected();
    assertThat(measured.imageCount()).isEqualTo(2);
    assertThat(measured.confusion().count(0, 0)).isEqualTo(1);
    assertThat(measured.confusion().count(1, 1)).isEqualTo(2);
    assertThat(measured.pixelAccuracy()).isEqualTo(1);
    assertThatThrownBy(() -> measured.iou(2)).hasMessage("class: 2 (expected: 0 to 1)");
  }

  @Test
  void doesNotChangeWhatWasCollectedBefore() {
    var collector = new SegmentationCollector(2).add(1, new int[] {0}, new int[] {0});
    var before = collector.collected();
    collector.add(2, new int[] {1}, new int[] {0});
    assertThat(before.meanIou()).isEqualTo(1);
    assertThat(before.confusion().count(1, 0)).isZero();
    assertThat(bootstrap.of(before.measure(SegmentationMeasure.MEAN_IOU)).low()).isEqualTo(1);
    assertThat(collector.collected().meanIou()).isEqualTo(0.25);
  }

  @Test
  void refusesNoPixelsAndTooMuch() {
    assertThatThrownBy(() -> new SegmentationCollector(2).collected())
        .hasMessage("images: none (add at least one)");
    var ignored = new SegmentationCollector(2, 255).add(1, new int[] {255}, new int[] {0});
    assertThatThrownBy(ignored::collected)
        .hasMessage("pixels that count: none in 1 images, 1 ignored (expected: at least 1)");
    assertThatThrownBy(() -> new SegmentationCollector(1025))
        .hasMessage("classes: 1025 (expected: 1 to 1024)");
    assertThatThrownBy(() -> new SegmentationLimits(0, 5))
        .hasMessageContaining("limits: 0 images, 5 classes in them");
    var few = new SegmentationCollector(new SegmentationLimits(5, 3), 4, 255);
    few.add(1, new int[] {0, 0}, new int[] {0, 1});
    assertThatThrownBy(() -> few.add(2, new int[] {0, 0}, new int[] {2, 3}))
        .hasMessage(
            "classes in images: more than 3 (evaluate fewer images at a time or collect under larger limits)");
    few.add(2, new int[] {3, 3}, new int[] {3, 3});
    assertThat(few.collected().iou(3)).hasValue(1);
    var two = new SegmentationCollector(new SegmentationLimits(1, 9), 4, 255);
    two.add(1, new int[] {0}, new int[] {0});
    assertThatThrownBy(() -> two.add(2, new int[] {0}, new int[] {0}))
        .hasMessageStartingWith("images: more than 1");
  }

  @Test
  void refusesToCompareModelsThatWereAskedOtherThings() {
    var first = new SegmentationCollector(2).add(1, new int[] {0, 1}, new int[] {0, 1});
    // the same counts, at other places
    var second = new SegmentationCollector(2).add(1, new int[] {1, 0}, new int[] {1, 0});
    assertThatThrownBy(() ->
            bootstrap.ofDifference(
                first.collected().measure(SegmentationMeasure.MEAN_IOU),
                second.collected().measure(SegmentationMeasure.MEAN_IOU)))
        .hasMessage("measures of 1 and of 1 images (expected: the same truths in the same images)");
  }

  /** Made from {@code seed}: blocks of classes, of which a share is answered wrong. */
  private static void add(SegmentationCollector collector, long image, int seed, double wrong) {
    var chance = new Random(seed);
    var truth = new int[30 + seed % 13];
    var answer = new int[truth.length];
    Arrays.setAll(truth, i -> chance.nextInt(9) == 0 ? 255 : chance.nextInt(CLASSES));
    Arrays.setAll(
        answer,
        i -> {
          boolean miss = chance.nextDouble() < wrong;
          int other = chance.nextInt(CLASSES);
          return miss || truth[i] == 255 ? other : truth[i];
        });
    collector.add(image, truth, answer);
  }
}

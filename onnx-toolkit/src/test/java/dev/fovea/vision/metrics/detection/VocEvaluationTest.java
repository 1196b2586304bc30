package dev.fovea.vision.metrics.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds both measures against a repetition of voc_eval in numpy, see detection_reference.py. */
class VocEvaluationTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @ParameterizedTest
  @ValueSource(strings = {"boxes", "boxes-few-scores", "boxes-grid", "boxes-other-caps"})
  void computesBothMeasuresOfEachCategory(String name) {
    var recorded = Recorded.named(name);
    double[] overlaps = {0.5, 0.7};
    for (int i = 0; i < overlaps.length; i++) {
      var evaluation = VocEvaluation.of(recorded.boxes(), overlaps[i]);
      for (var expected : recorded.told().get("voc").get(i)) {
        var eleven = evaluation.elevenPoint(expected.get(0).asLong());
        var area = evaluation.area(expected.get(0).asLong());
        if (expected.get(1).isNull()) {
          assertThat(eleven).isEmpty();
          assertThat(area).isEmpty();
        } else {
          assertThat(eleven.orElseThrow()).isCloseTo(expected.get(1).asDouble(), EXACT);
          assertThat(area.orElseThrow()).isCloseTo(expected.get(2).asDouble(), EXACT);
        }
      }
    }
  }

  @Test
  void worksOutAnExampleByHand() {
    var set =
        new BoxCollector(1)
            .image(1)
            .truth(1, 1, 0, 0, 10, 10, 100, false)
            .truth(1, 1, 20, 0, 10, 10, 100, false)
            .truth(1, 1, 40, 0, 10, 10, 100, true)
            .detection(1, 1, 0.9, 0, 0, 10, 10) // right
            .detection(1, 1, 0.8, 0, 0, 10, 9) // found before
            .detection(1, 1, 0.7, 40, 0, 10, 10) // difficult
            .detection(1, 1, 0.6, 20, 0, 10, 5) // right, at just enough overlap
            .collected();
    var evaluation = VocEvaluation.of(set);
    // precision 1 up to recall 0.5, then 2/3: six points of the first, five of the second
    assertThat(evaluation.elevenPoint(1).orElseThrow()).isCloseTo((6 + 5 * 2 / 3.0) / 11, EXACT);
    assertThat(evaluation.area(1).orElseThrow()).isCloseTo(0.5 + 0.5 * 2 / 3, EXACT);
    assertThat(evaluation.meanArea()).isEqualTo(evaluation.area(1));
    assertThat(evaluation.meanElevenPoint()).isEqualTo(evaluation.elevenPoint(1));
  }

  @Test
  void asksForTheRecallsThatNumpyMakes() {
    var collector = new BoxCollector(1);
    for (int image = 0; image < 10; image++) {
      collector.image(image).truth(image, 1, 0, 0, 10, 10, 100, false);
      if (image < 7) {
        collector.detection(image, 1, 0.5, 0, 0, 10, 10);
      }
    }
    // 7 of 10 are found, which is less than 7 * 0.1 = 0.7000000000000001
    assertThat(VocEvaluation.of(collector.collected()).elevenPoint(1).orElseThrow())
        .isCloseTo(7 / 11.0, EXACT);
  }

  @Test
  void asksOnlyForTheTruthThatIsOverlappedMost() {
    var collector =
        new BoxCollector(1)
            .image(1)
            .truth(1, 1, 0, 0, 10, 10, 100, false)
            .truth(1, 1, 0, 2, 10, 10, 100, false)
            .detection(1, 1, 0.9, 0, 0, 10, 10)
            .detection(1, 1, 0.8, 0, 0.5, 10, 10);
    var set = collector.collected();
    // COCO gives the second detection the free truth; VOC calls it a repetition of the first.
    assertThat(VocEvaluation.of(set).area(1)).isEqualTo(OptionalDouble.of(0.5));
    assertThat(CocoEvaluation.of(set).recall(1, AreaRange.ALL, 0, 100).orElseThrow()).isEqualTo(1);
  }

  @Test
  void ignoresTheOrderInWhichImagesWereAdded() {
    var recorded = Recorded.named("boxes");
    var expected = VocEvaluation.of(recorded.boxes()).meanArea();
    var images = new ArrayList<>(recorded.images());
    Collections.shuffle(images, new Random(1));
    assertThat(VocEvaluation.of(recorded.boxes(images)).meanArea()).isEqualTo(expected);
  }

  @Test
  void givesOneToAPerfectDetectorOfMasksAndNothingWhereNothingIsThere() {
    int[] runs = {3, 4, 5};
    var collector = new MaskCollector(1, 2).image(1, 4, 3).truth(1, 1, runs, 4, false);
    var set = collector.detection(1, 1, 0.5, runs).detection(1, 2, 0.5, runs).collected();
    var evaluation = VocEvaluation.of(set, 1);
    assertThat(evaluation.meanArea()).isEqualTo(OptionalDouble.of(1));
    assertThat(evaluation.meanElevenPoint().orElseThrow()).isCloseTo(1, EXACT);
    assertThat(evaluation.area(2)).isEmpty();
    var empty = VocEvaluation.of(new BoxCollector(1).image(1).collected());
    assertThat(empty.meanArea()).isEmpty();
    assertThat(empty.meanElevenPoint()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0, -0.5, 1.0001})
  void refusesOverlapsThatAreNone(double overlap) {
    var set = new BoxCollector(1).image(1).collected();
    assertThatThrownBy(() -> VocEvaluation.of(set, overlap))
        .hasMessage("overlap: %s (expected: above 0, at most 1)".formatted(overlap));
  }
}

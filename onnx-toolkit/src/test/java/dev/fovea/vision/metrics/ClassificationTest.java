package dev.fovea.vision.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.vision.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the measures against scikit-learn's and numpy's. */
class ClassificationTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private JsonNode golden;
  private Classification measures;

  @BeforeEach
  void readGoldenAnswers() throws IOException {
    golden = JsonMapper.shared().readTree(Golden.bytes("measures.json"));
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < golden.get("truth").size(); i++) {
      samples.add(
          new Sample(
              "images/%03d.png".formatted(i),
              golden.get("slices").get(i).asString(),
              golden.get("truth").get(i).asInt(),
              Answer.ofLogits(logits(i))));
    }
    measures = Classification.of(6, samples);
  }

  @Test
  void agreesWithNumpyOnConfidenceMarginAndEntropy() {
    for (int i = 0; i < golden.get("truth").size(); i++) {
      var answer = Answer.ofLogits(logits(i));
      assertThat(answer.confidence()).isCloseTo(golden.get("confidence").get(i).asDouble(), EXACT);
      assertThat(answer.margin()).isCloseTo(golden.get("margin").get(i).asDouble(), EXACT);
      assertThat(answer.entropy()).isCloseTo(golden.get("entropy").get(i).asDouble(), EXACT);
    }
  }

  @Test
  void agreesWithScikitLearnOnEveryMeasure() {
    assertThat(measures.accuracy()).isCloseTo(golden.get("accuracy").asDouble(), EXACT);
    assertThat(measures.macroRecall()).isCloseTo(golden.get("macroRecall").asDouble(), EXACT);
    assertThat(measures.slice("night").accuracy())
        .isCloseTo(golden.get("nightAccuracy").asDouble(), EXACT);
    assertThat(measures.calibrationError())
        .isCloseTo(golden.get("calibrationError").asDouble(), EXACT);
    golden
        .get("recall")
        .forEachEntry((label, recall) ->
            assertThat(measures.confusion().recall(Integer.parseInt(label)).orElseThrow())
                .isCloseTo(recall.asDouble(), EXACT));
    golden
        .get("precision")
        .forEachEntry((label, precision) ->
            assertThat(measures.confusion().precision(Integer.parseInt(label)).orElseThrow())
                .isCloseTo(precision.asDouble(), EXACT));
    for (int truth = 0; truth < 6; truth++) {
      for (int answer = 0; answer < 6; answer++) {
        assertThat(measures.confusion().count(truth, answer))
            .isEqualTo(golden.get("confusion").get(truth).get(answer).asLong());
      }
    }
  }

  @Test
  void leavesOutWhatHasNoPictures() {
    assertThat(measures.confusion().recall(4)).isEmpty();
    assertThat(measures.confusion().precision(5)).isEmpty();
    assertThat(measures.worstRecall()).isZero();
    assertThat(measures.slices()).containsExactly("day", "night");
    assertThatThrownBy(() -> measures.slice("dusk"))
        .hasMessage("slice: 'dusk' (expected: one of day, night)");
  }

  @Test
  void listsTheMostConfidentMistakesFirst() {
    var wrong = measures.wrong();

    assertThat(wrong)
        .hasSize((int) Math.round((1 - measures.accuracy()) * measures.size()))
        .noneMatch(Sample::right)
        .isSortedAccordingTo(
            (a, b) -> Double.compare(b.answer().confidence(), a.answer().confidence()));
  }

  @Test
  void countsAnAnswerAsUnsureOnlyBelowTheThreshold() {
    var torn = new Sample("a.png", "", 0, Answer.ofLogits(new float[] {0, 0}));
    var sure = new Sample("b.png", "", 1, Answer.ofLogits(new float[] {0, 90}));
    var both = Classification.of(2, List.of(torn, sure));

    assertThat(torn.answer()).isEqualTo(new Answer(0, 0.5, 0, Math.log(2)));
    assertThat(both.unsureShare(0.5)).isZero();
    assertThat(both.unsureShare(0.51)).isEqualTo(0.5);
  }

  @Test
  void staysFiniteForTheLargestLogits() {
    var answer = Answer.ofLogits(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 0});

    assertThat(answer).isEqualTo(new Answer(0, 1, 1, 0));
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThatThrownBy(() -> Answer.ofLogits(new float[] {0, Float.NaN}))
        .hasMessage("logit of class 1: NaN (expected: a finite number)");
    assertThatThrownBy(() -> Classification.of(10, List.of()))
        .hasMessage("evaluation of 0 samples on 10 classes (expected: at least 1 and 2)");
    var stray = new Sample("c.png", "", 12, Answer.ofLogits(new float[] {0, 1}));
    assertThatThrownBy(() -> Classification.of(10, List.of(stray)))
        .hasMessage("c.png: truth 12, answer 1 (expected: 0 to 9)");
  }

  private float[] logits(int index) {
    var row = golden.get("logits").get(index);
    var logits = new float[row.size()];
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) row.get(c).asDouble();
    }
    return logits;
  }
}

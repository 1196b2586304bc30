package dev.fovea.vision.metrics.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.vision.metrics.calibration.CalibrationBins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerCollectorTest {
  private final AnswerCollector collector = new AnswerCollector(3);

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -1e-9, 1.0000001, Double.POSITIVE_INFINITY})
  void refusesProbabilitiesThatAreNone(double probability) {
    assertThatThrownBy(() -> collector.add(7, 0, new double[] {0.5, probability, 0.1}))
        .hasMessage(
            "image 7: probability of class 1: %s (expected: 0 to 1; logits go to addLogits)"
                .formatted(probability));
    keptNothing();
  }

  @Test
  void refusesProbabilitiesThatDoNotAddUp() {
    assertThatThrownBy(() -> collector.add(7, 0, new double[] {0.5, 0.5, 0.25}))
        .hasMessage(
            "image 7: probabilities whose sum is 1.25 (expected: 1 ± 0.01; logits go to addLogits)");
    assertThatThrownBy(() -> collector.add(7, 0, new float[3])).hasMessageContaining("sum is 0.0");
    keptNothing();
    collector.add(7, 0, new float[] {0.5f, 0.5f, 0.005f});
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY})
  void refusesLogitsThatAreNone(float logit) {
    assertThatThrownBy(() -> collector.addLogits(7, 0, new float[] {0, 1, logit}))
        .hasMessage("image 7: logit of class 2: %s (expected: a finite number)".formatted(logit));
    keptNothing();
  }

  @Test
  void refusesClassesAndRowsThatAreNone() {
    assertThatThrownBy(() -> collector.addLogits(7, 3, new float[3]))
        .hasMessage("image 7: truth 3, 3 answers (expected: 0 to 2, 3 answers)");
    assertThatThrownBy(() -> collector.addLogits(7, -1, new float[3]))
        .hasMessageContaining("truth -1");
    assertThatThrownBy(() -> collector.add(7, 0, new double[4]))
        .hasMessageContaining("4 answers (expected");
    assertThatThrownBy(() -> new AnswerCollector(1)).hasMessage("classes: 1 (expected: 2 to 4096)");
    keptNothing();
    collector.addLogits(7, 0, new float[3]);
    assertThatThrownBy(() -> collector.addLogits(7, 0, new float[3]))
        .hasMessage("image 7: added twice (expected: each id once)");
    var measured = collector.collected();
    assertThatThrownBy(() -> measured.topAccuracy(4))
        .hasMessage("k: 4 (expected: 1 to 3, the classes)");
    assertThatThrownBy(() -> measured.topAccuracy(0)).hasMessageContaining("k: 0");
    assertThatThrownBy(() -> measured.auroc(3)).hasMessage("class: 3 (expected: 0 to 2)");
    assertThatThrownBy(() -> CalibrationBins.equalMass(0))
        .hasMessage("bins: 0 (expected: 1 to 1000)");
  }

  @Test
  void refusesMoreThanItsLimits() {
    var few = new AnswerCollector(new AnswerLimits(9, 7), 3);
    few.addLogits(1, 0, new float[3]).addLogits(2, 0, new float[3]);
    assertThatThrownBy(() -> few.addLogits(3, 0, new float[3]))
        .hasMessage(
            "probabilities: more than 7 (evaluate fewer images at a time or collect under larger limits)");
    assertThat(few.collected().size()).isEqualTo(2);
    var one = new AnswerCollector(new AnswerLimits(1, 99), 3).addLogits(1, 0, new float[3]);
    assertThatThrownBy(() -> one.addLogits(2, 0, new float[3]))
        .hasMessageStartingWith("images: more than 1");
    assertThatThrownBy(() -> new AnswerLimits(1, 0)).hasMessageContaining("0 probabilities");
  }

  @Test
  void keepsAllRowsOfManyImagesAndDoesNotChangeWhatWasCollected() {
    var before = new AnswerCollector(4000);
    int images = 70;
    for (int image = 0; image < images; image++) {
      var logits = new float[4000];
      logits[image * 50] = 20;
      before.addLogits(image, image * 50, logits);
    }
    var measured = before.collected();
    before.addLogits(images, 1, new float[4000]);
    assertThat(measured.accuracy()).isEqualTo(1);
    assertThat(measured.size()).isEqualTo(images);
    assertThat(before.collected().accuracy()).isEqualTo(70 / 71.0);
  }

  private void keptNothing() {
    assertThatThrownBy(collector::collected).hasMessage("images: none (add at least one)");
  }
}

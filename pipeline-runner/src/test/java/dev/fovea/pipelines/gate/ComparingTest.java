package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Comparison;
import dev.fovea.pipelines.Comparison.OfClass;
import dev.fovea.pipelines.Comparison.Pair;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.vision.detection.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ComparingTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final DetectorSpec SPEC = DetectorSpec.of(DetectorSpec.Output.YOLO_V8);

  @Test
  void countsEachClassOfBothVariants() {
    var random = new Random(4);
    var fp32 = new ArrayList<Scored>();
    var int8 = new ArrayList<Scored>();
    for (int i = 0; i < 400; i++) {
      var label = "class " + i % 7;
      fp32.add(scored(i, label, random.nextInt(10) < 8 ? label : "other", 0.9));
      int8.add(scored(i, label, random.nextInt(10) < 7 ? label : "other", 0.9));
    }
    var compared = Comparing.of(evidence(classified(fp32), classified(int8)));
    assertThat(compared.measure()).isEqualTo("recall");
    assertThat(compared.on()).isEqualTo("test split, 400 images");
    assertThat(compared.classes()).hasSize(7);
    for (var each : compared.classes()) {
      int count = 0;
      int before = 0;
      int now = 0;
      for (int i = 0; i < 400; i++) {
        if (int8.get(i).label().equals(each.name())) {
          count++;
          before += fp32.get(i).answer().equals(each.name()) ? 1 : 0;
          now += int8.get(i).answer().equals(each.name()) ? 1 : 0;
        }
      }
      assertThat(each.count()).isEqualTo(count);
      assertThat(each.fp32().value()).isCloseTo(before / (double) count, within(1e-12));
      assertThat(each.int8().value()).isCloseTo(now / (double) count, within(1e-12));
      assertThat(each.change().value()).isCloseTo((now - before) / (double) count, within(1e-12));
      assertThat(each.change().low()).isLessThan(each.change().value());
      assertThat(each.change().high()).isGreaterThan(each.change().value());
    }
    assertThat(compared.classes())
        .as("what falls most comes first")
        .isSortedAccordingTo((a, b) -> Double.compare(a.change().value(), b.change().value()));
  }

  @Test
  void doesNotCallADifferenceOneThatPairedAnswersDoNotShow() {
    // 40 of 50 each: on the same images there is no difference, on others there may be one.
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < 50; i++) {
      answers.add(scored(i, "a", i < 40 ? "a" : "b", 0.9));
    }
    var change =
        Comparing.of(evidence(classified(answers), classified(answers)))
            .classes()
            .getFirst()
            .change();
    assertThat(change.value()).isZero();
    assertThat(change.low()).isBetween(-0.08, 0.0);
    assertThat(change.high()).isBetween(0.0, 0.08);
  }

  @Test
  void showsWhatInt8AloneGetsWrongFirstAndThenTheSurest() {
    var fp32 =
        List.of(
            scored(0, "a", "a", 0.9),
            scored(1, "a", "b", 0.8),
            scored(2, "a", "a", 0.7),
            scored(3, "a", "a", 0.6),
            scored(4, "b", "a", 0.5));
    var int8 =
        List.of(
            scored(0, "a", "b", 0.4),
            scored(1, "a", "b", 0.99),
            scored(2, "a", "a", 0.9),
            scored(3, "a", "c", 0.6),
            scored(4, "b", "", 0));
    var compared = Comparing.of(evidence(classified(fp32), classified(int8)));
    assertThat(compared.images())
        .extracting(
            Pair::path,
            Pair::label,
            pair -> pair.fp32().answer(),
            pair -> pair.int8().answer(),
            pair -> pair.int8().value())
        .containsExactly(
            tuple("0003.png", "a", "a", "c", 0.6),
            tuple("0000.png", "a", "a", "b", 0.4),
            tuple("0001.png", "a", "b", "b", 0.99),
            tuple("0004.png", "b", "a", "", 0.0));
    assertThat(compared.imagesLeft()).isZero();
  }

  @Test
  void keepsABoundedNumberOfClassesAndImagesAndSaysHowManyMoreThereAre() {
    var fp32 = new ArrayList<Scored>();
    var int8 = new ArrayList<Scored>();
    for (int i = 0; i < 150; i++) {
      var label = "class %03d".formatted(i);
      fp32.add(scored(i, label, label, 0.9));
      int8.add(scored(i, label, i < 130 ? "other" : label, 0.9));
    }
    var compared = Comparing.of(evidence(classified(fp32), classified(int8)));
    assertThat(compared.classes()).hasSize(100).allMatch(each -> each.change().value() == -1);
    assertThat(compared.classesLeft()).isEqualTo(50);
    assertThat(compared.images()).hasSize(12);
    assertThat(compared.imagesLeft()).isEqualTo(118);
  }

  @Test
  void putsDetectorsBesideEachOther() {
    var there = List.of(truth(0, 10, 10, 50, 50), truth(1, 60, 60, 99.96, 100));
    var both =
        new Detection[] {
          new Detection(0, 0.9, 10, 10, 50, 50), new Detection(1, 0.8, 60, 60, 99.96, 100)
        };
    var fp32 = new ArrayList<Found>();
    var int8 = new ArrayList<Found>();
    for (int i = 0; i < 6; i++) {
      fp32.add(found(i, there, both));
    }
    int8.add(found(0, there, both));
    int8.add(found(1, there, both[0]));
    int8.add(found(2, there));
    int8.add(found(3, there, both[0], new Detection(1, 0.2, 60, 60, 99.96, 100)));
    int8.add(found(4, there, both));
    int8.add(found(5, there, both));
    fp32.add(found(6, List.of()));
    int8.add(found(6, List.of(), new Detection(0, 0.75, 1, 1, 9, 9)));
    var compared = Comparing.of(evidence(detected(fp32), detected(int8)));
    assertThat(compared.measure()).isEqualTo("average precision");
    assertThat(compared.classes())
        .extracting(OfClass::name, OfClass::count, OfClass::images)
        .containsExactly(tuple("plate", 6, Optional.of(6)), tuple("cup", 6, Optional.of(6)));
    var evaluation = detected(int8);
    for (var each : compared.classes()) {
      assertThat(each.int8().value()).isEqualTo(evaluation.precisions().get(each.name()));
      assertThat(each.fp32().value()).isCloseTo(1, within(1e-12));
      assertThat(each.fp32().low()).as("all is found").isEqualTo(each.fp32().high());
      assertThat(each.int8().low()).isEqualTo(evaluation.intervals().get(each.name()).low());
      assertThat(each.int8().high()).isEqualTo(evaluation.intervals().get(each.name()).high());
      assertThat(each.int8().low()).isLessThan(each.int8().value());
      assertThat(each.change().low())
          .as("the other one is all right on every resample")
          .isCloseTo(each.int8().low() - 1, within(1e-9));
    }
    assertThat(compared.images())
        .extracting(
            Pair::path,
            pair -> Math.rint(100 * pair.fp32().value()),
            pair -> Math.rint(100 * pair.int8().value()),
            pair -> pair.int8().found().size())
        .containsExactly(
            tuple("0002.png", 100.0, 0.0, 0),
            tuple("0006.png", 100.0, 25.0, 1),
            tuple("0001.png", 100.0, 50.0, 1));
    var first = compared.images().getFirst();
    assertThat(first.there()).hasSize(2);
    assertThat(first.there().get(1).x2()).as("to a tenth of a pixel").isEqualTo(100.0);
    assertThat(first.label()).isEmpty();
    assertThat(compared.imagesLeft()).isZero();
  }

  @Test
  void keepsABoundedNumberOfBoxes() {
    var objects = new ArrayList<Truth>();
    var detections = new ArrayList<Detection>();
    for (int i = 0; i < 50; i++) {
      objects.add(truth(0, 10 * i, 0, 10 * i + 8, 8));
      detections.add(new Detection(1, 0.9 - i / 100.0, 10 * i, 0, 10 * i + 8, 8));
    }
    var image = new Found(SOME, "one", Optional.empty(), objects, detections, 0);
    var pair =
        Comparing.of(evidence(detected(List.of(image)), detected(List.of(image))))
            .images()
            .getFirst();
    assertThat(pair.there()).hasSize(32);
    assertThat(pair.int8().found()).hasSize(16).allMatch(box -> box.score() >= 0.25);
  }

  @Test
  void seesOnTheSameImagesWhatIntervalsApartDoNot() {
    var fp32 = new ArrayList<Found>();
    var int8 = new ArrayList<Found>();
    for (int i = 0; i < 30; i++) {
      var there = List.of(truth(0, 10, 10, 50, 50));
      fp32.add(
          i % 2 == 0 ? found(i, there, new Detection(0, 0.9, 10, 10, 50, 50)) : found(i, there));
      int8.add(
          i % 2 == 0 ? found(i, there, new Detection(0, 0.9, 12, 10, 52, 50)) : found(i, there));
    }
    var cup = Comparing.of(evidence(detected(fp32), detected(int8))).classes().getFirst();
    assertThat(cup.int8().high()).isGreaterThan(cup.fp32().low());
    assertThat(cup.change().high()).isNegative();
    assertThat(cup.change().high() - cup.change().low())
        .isLessThan(cup.int8().high() - cup.int8().low());
  }

  @Test
  void readsClassesOfBeforeAveragePrecisionsHadIntervalsAndWritesThemAlike() {
    var old =
        """
        {"name":"cup","count":62,"fp32":{"value":0.83,"low":0.83,"high":0.83},\
        "int8":{"value":0.82,"low":0.82,"high":0.82},"change":{"value":-0.01,"low":-0.01,"high":-0.01}}\
        """;
    var read = JsonMapper.shared().readValue(old, OfClass.class);
    assertThat(read.images()).isEmpty();
    assertThat(read.int8().high()).isEqualTo(0.82);
    assertThat(JsonMapper.shared().writeValueAsString(read)).isEqualTo(old);
  }

  @Test
  void isInTheJsonOfAVerdictAndNotInThatOfAList() {
    var answers = List.of(scored(0, "a", "b", 0.9));
    var compared = Comparing.of(evidence(classified(answers), classified(answers)));
    var verdict = new Verdict(true, List.of()).withComparison(Optional.of(compared));
    var json = JsonMapper.shared();
    assertThat(json.readValue(json.writeValueAsString(verdict), Verdict.class)).isEqualTo(verdict);
    assertThat(json.writeValueAsString(verdict.withComparison(Optional.empty())))
        .isEqualTo("{\"passed\":true,\"rulings\":[]}");
    assertThat(Comparison.MOST_IMAGES).isEqualTo(12);
  }

  @Test
  void refusesEvaluationsOfOtherImages() {
    var one = List.of(scored(0, "a", "a", 0.9));
    assertThatThrownBy(() -> Comparing.of(evidence(classified(one), classified(List.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("evaluations of 1 and 0 images (expected: the same)");
  }

  private static Scored scored(int number, String label, String answer, double confidence) {
    return new Scored(
        SOME, "%04d.png".formatted(number), label, Optional.of("night"), answer, confidence);
  }

  private static Found found(int number, List<Truth> there, Detection... detections) {
    return new Found(
        SOME, "%04d.png".formatted(number), Optional.empty(), there, List.of(detections), 0);
  }

  private static Truth truth(int category, double x1, double y1, double x2, double y2) {
    return new Truth(category, x1, y1, x2, y2, (x2 - x1) * (y2 - y1));
  }

  private static ClassifiedEvaluation classified(List<Scored> answers) {
    return ClassifiedEvaluation.of(SOME, SOME, SOME, answers);
  }

  private static DetectedEvaluation detected(List<Found> images) {
    return DetectedEvaluation.of(SOME, SOME, SOME, SPEC, List.of("cup", "plate"), images);
  }

  private static Evidence evidence(Evaluation fp32, Evaluation int8) {
    return new Evidence(
        Map.of(
            Variant.FP32, new Evidence.Form(fp32, new ByteSize(4), Map.of()),
            Variant.INT8, new Evidence.Form(int8, new ByteSize(1), Map.of())));
  }
}

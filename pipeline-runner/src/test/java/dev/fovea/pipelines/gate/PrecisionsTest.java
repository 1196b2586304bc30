package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Verdict.Deciding;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.vision.detection.Detection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PrecisionsTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final DetectorSpec SPEC = DetectorSpec.of(DetectorSpec.Output.YOLO_V8);
  private static final JsonNode RECORDED = recorded();
  private static final Evidence EVIDENCE = evidence(recorded("fp32"), recorded("int8"));

  @ParameterizedTest
  @CsvSource({
    "MAP, ap",
    "MAP50, ap50",
    "MAP_SMALL, small",
    "MAP_MEDIUM, medium",
    "MAP_LARGE, large"
  })
  void measuresWhatPycocotoolsDoes(Measure measure, String name) {
    for (var slice : List.of("all", "night")) {
      var scope = slice.equals("all") ? Optional.<String>empty() : Optional.of(slice);
      double fp32 = RECORDED.path(slice).path("fp32").path(name).asDouble();
      double int8 = RECORDED.path(slice).path("int8").path(name).asDouble();
      var ofFp32 = rule(gate(measure, Variant.FP32, false, scope));
      var ofInt8 = rule(gate(measure, Variant.INT8, false, scope));
      var drop = rule(gate(measure, Variant.INT8, true, scope));
      assertThat(ofFp32.measured()).isCloseTo(fp32, within(1e-12));
      assertThat(ofInt8.measured()).isCloseTo(int8, within(1e-12));
      assertThat(drop.measured()).isCloseTo(fp32 - int8, within(1e-12));
      assertThat(List.of(ofFp32, ofInt8, drop))
          .allSatisfy(ruling -> {
            assertThat(ruling.low()).isLessThan(ruling.measured());
            assertThat(ruling.high()).isGreaterThan(ruling.measured());
            assertThat(ruling.unit()).isEmpty();
            assertThat(ruling.line()).isEqualTo(7);
            assertThat(ruling.explanation()).contains("(95 % interval ");
          });
      assertThat(drop.high() - drop.low())
          .as("paired: less than as if they were independent")
          .isLessThan(Math.hypot(ofFp32.high() - ofFp32.low(), ofInt8.high() - ofInt8.low()));
    }
  }

  @Test
  void namesTheWorstClassAndMeasuresItAsPycocotoolsDoes() {
    var recorded = RECORDED.path("all");
    var int8 = rule(gate(Measure.WORST_AP, Variant.INT8, false, Optional.empty()));
    double fork = recorded.path("int8").path("classes").path("fork").asDouble();
    assertThat(int8.measured()).isCloseTo(fork, within(1e-12));
    assertThat(int8.explanation()).endsWith("; the worst class is fork");
    assertThat(int8.low()).isLessThan(fork);
    assertThat(int8.high()).isGreaterThan(fork);
    var drop = rule(gate(Measure.WORST_AP, Variant.INT8, true, Optional.empty()));
    double before = recorded.path("fp32").path("classes").path("fork").asDouble();
    assertThat(drop.measured()).isCloseTo(before - fork, within(1e-12));
    assertThat(int8.frames()).allMatch(frame -> !frame.answer().contains("cup"));
  }

  @Test
  void isRuledAlikeEachTime() {
    var gates =
        List.of(
            gate(Measure.MAP, Variant.INT8, true, Optional.empty()),
            gate(Measure.WORST_AP, Variant.INT8, false, Optional.of("night")));
    assertThat(Judge.on(gates, EVIDENCE)).isEqualTo(Judge.on(gates, EVIDENCE));
  }

  @Test
  void saysOnWhatItWasMeasuredAndWhichClassesAreNotThere() {
    var ruling = rule(gate(Measure.MAP, Variant.INT8, false, Optional.of("night")));
    assertThat(ruling.rule()).isEqualTo("map of int8 on slice night");
    assertThat(ruling.on()).matches("test split, slice night, 30 images with \\d+ objects");
    assertThat(ruling.explanation())
        .startsWith("map of int8 on slice night is 41.24 % (95 % interval ")
        .endsWith("beyond the limit of 50.00 %; no object there is of absent");
    assertThat(rule(gate(Measure.MAP_SMALL, Variant.INT8, false, Optional.empty())).on())
        .endsWith(" objects of this size");
  }

  @Test
  void showsTheImagesOnWhichInt8LosesMost() {
    var fp32 = new ArrayList<Found>();
    var int8 = new ArrayList<Found>();
    for (int i = 0; i < 24; i++) {
      var there = List.of(truth(i % 2, 10, 10, 50, 50));
      var found = detection(i % 2, 0.9, 10, 10, 50, 50);
      fp32.add(found(i, there, found));
      int8.add(
          switch (i) {
            case 3, 7 -> found(i, there);
            // 40 x 24 of 40 x 40 px: an overlap of 0.6, right at 3 of 10 levels.
            case 5 -> found(i, there, detection(1, 0.9, 10, 10, 50, 34));
            // The right box is second, so that half is right at each recall.
            case 9 ->
                found(
                    i,
                    there,
                    detection(1, 0.95, 90, 90, 99, 99),
                    detection(1, 0.9, 10, 10, 50, 50));
            default -> found(i, there, found);
          });
    }
    fp32.add(found(24, List.of(), detection(0, 0.25, 1, 1, 9, 9)));
    int8.add(found(24, List.of(), detection(0, 0.875, 1, 1, 9, 9)));
    var evidence = evidence(evaluation(fp32), evaluation(int8));
    var drop =
        Judge.on(List.of(gate(Measure.MAP, Variant.INT8, true, Optional.empty())), evidence)
            .rulings()
            .getFirst();
    assertThat(drop.frames())
        .extracting(Deciding::path, Deciding::label, Deciding::answer, PrecisionsTest::rounded)
        .containsExactly(
            frame("003", "1 plate: average precision 0.0 %, 100.0 % by fp32", 0),
            frame("007", "1 plate: average precision 0.0 %, 100.0 % by fp32", 0),
            frame("005", "1 plate: average precision 30.0 %, 100.0 % by fp32", 0.3),
            frame("024", "nothing there, yet a detection is 87.5 % sure, 25.0 % by fp32", 0.125),
            frame("009", "1 plate: average precision 50.0 %, 100.0 % by fp32", 0.5));
    var of =
        Judge.on(List.of(gate(Measure.MAP, Variant.FP32, false, Optional.empty())), evidence)
            .rulings()
            .getFirst();
    assertThat(of.frames())
        .extracting(Deciding::path, Deciding::label, Deciding::answer, PrecisionsTest::rounded)
        .containsExactly(frame("024", "nothing there, yet a detection is 25.0 % sure", 0.75));
    // Images of cups alone lose nothing; the class that is worst is the plates.
    var worst =
        Judge.on(List.of(gate(Measure.WORST_AP, Variant.INT8, false, Optional.empty())), evidence)
            .rulings()
            .getFirst();
    assertThat(worst.frames())
        .extracting(Deciding::path)
        .containsExactly("003", "007", "005", "009");
  }

  @Test
  void countsImagesAtOneOverlapWhereTheRuleDoes() {
    var images = new ArrayList<Found>();
    for (int i = 0; i < 20; i++) {
      images.add(found(i, List.of(truth(0, 10, 10, 50, 50)), detection(0, 0.9, 10, 10, 50, 34)));
    }
    var evidence = evidence(evaluation(images), evaluation(images));
    var at50 =
        Judge.on(List.of(gate(Measure.MAP50, Variant.INT8, false, Optional.empty())), evidence);
    assertThat(at50.rulings().getFirst().measured()).isCloseTo(1, within(1e-12));
    assertThat(at50.rulings().getFirst().frames()).isEmpty();
    var over =
        Judge.on(List.of(gate(Measure.MAP, Variant.INT8, false, Optional.empty())), evidence);
    assertThat(over.rulings().getFirst().measured()).isCloseTo(0.3, within(1e-12));
    assertThat(over.rulings().getFirst().frames()).hasSize(12);
  }

  @Test
  void restsOnTooFewImagesObjectsOrObjectsOfAClass() {
    var objects = List.of(truth(0, 10, 10, 50, 50), truth(0, 60, 60, 100, 100));
    var rare = new ArrayList<>(images(24, objects));
    rare.set(0, found(0, List.of(truth(1, 10, 10, 50, 50))));
    assertThat(outcome(Measure.MAP, images(19, objects)))
        .contains("INCONCLUSIVE", "19 images, and it takes 20");
    assertThat(outcome(Measure.MAP, images(24, List.of())))
        .contains("ERROR", "24 images with 0 objects: there is nothing to find");
    var few = new ArrayList<>(images(24, List.of()));
    IntStream.range(0, 9).forEach(i -> few.set(i, found(i, objects)));
    assertThat(outcome(Measure.MAP, few)).contains("INCONCLUSIVE", "18 objects, and it takes 20");
    assertThat(outcome(Measure.WORST_AP, rare))
        .contains("INCONCLUSIVE", "1 objects of class plate, and it takes 5");
    assertThat(outcome(Measure.MAP, rare)).contains("FAIL");
    assertThat(outcome(Measure.MAP_LARGE, images(24, objects)))
        .contains("ERROR", "0 objects of this size: there is nothing to find");
    assertThat(
            Judge.on(List.of(gate(Measure.MAP, Variant.INT8, false, Optional.of("fog"))), EVIDENCE)
                .rulings()
                .getFirst()
                .explanation())
        .contains("slice fog, 0 images with 0 objects: no image of the test split is in it");
  }

  @Test
  void isAnErrorWhereTheMeasureIsOfTheOtherKindOfModel() {
    var accuracy = rule(gate(Measure.ACCURACY, Variant.INT8, false, Optional.empty()));
    assertThat(accuracy.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(accuracy.explanation())
        .endsWith(
            "its images hold objects (expected: a measure of what a detector finds, such as map)");
    var classified = ClassifiedEvaluation.of(SOME, SOME, SOME, List.of());
    var map =
        Judge.on(
            List.of(gate(Measure.MAP, Variant.INT8, false, Optional.empty())),
            evidence(classified, classified));
    assertThat(map.passed()).isFalse();
    assertThat(map.rulings().getFirst().explanation())
        .endsWith("have one class each (expected: a measure of a classifier, such as accuracy)");
  }

  private static String outcome(Measure measure, List<Found> images) {
    var evidence = evidence(evaluation(images), evaluation(images));
    var ruling =
        Judge.on(List.of(gate(measure, Variant.INT8, false, Optional.empty())), evidence)
            .rulings()
            .getFirst();
    return ruling.outcome() + ": " + ruling.explanation();
  }

  private static List<Found> images(int count, List<Truth> objects) {
    return IntStream.range(0, count).mapToObj(i -> found(i, objects)).toList();
  }

  private static Ruling rule(Gate gate) {
    return Judge.on(List.of(gate), EVIDENCE).rulings().getFirst();
  }

  private static Gate gate(Measure measure, Variant of, boolean drop, Optional<String> slice) {
    var bound = drop ? Bound.AT_MOST : Bound.AT_LEAST;
    return new Gate(measure, of, drop, slice, Optional.empty(), bound, drop ? 0.01 : 0.5, 7);
  }

  private static Evidence evidence(Evaluation fp32, Evaluation int8) {
    return new Evidence(
        Map.of(
            Variant.FP32, new Evidence.Form(fp32, new ByteSize(4), Map.of()),
            Variant.INT8, new Evidence.Form(int8, new ByteSize(1), Map.of())));
  }

  private static DetectedEvaluation evaluation(List<Found> images) {
    return DetectedEvaluation.of(SOME, SOME, SOME, SPEC, List.of("cup", "plate"), images);
  }

  private static Found found(int number, List<Truth> there, Detection... detections) {
    return new Found(
        SOME, "%03d".formatted(number), Optional.empty(), there, List.of(detections), 0);
  }

  private static double rounded(Deciding frame) {
    return Math.rint(frame.confidence() * 1e9) / 1e9;
  }

  private static Tuple frame(String path, String answer, double value) {
    return tuple(path, "", answer, value);
  }

  private static Truth truth(int category, double x1, double y1, double x2, double y2) {
    return new Truth(category, x1, y1, x2, y2, (x2 - x1) * (y2 - y1));
  }

  private static Detection detection(
      int category, double score, double x1, double y1, double x2, double y2) {
    return new Detection(category, score, x1, y1, x2, y2);
  }

  private static DetectedEvaluation recorded(String variant) {
    var images = new ArrayList<Found>();
    for (var image : RECORDED.path("images")) {
      images.add(
          new Found(
              SOME,
              image.path("path").asString(),
              image.path("slice").isNull()
                  ? Optional.empty()
                  : Optional.of(image.path("slice").asString()),
              image
                  .path("objects")
                  .valueStream()
                  .map(o -> truth(o.get(0).asInt(), side(o, 1), side(o, 2), side(o, 3), side(o, 4)))
                  .toList(),
              image
                  .path(variant)
                  .valueStream()
                  .map(d ->
                      detection(
                          d.get(0).asInt(),
                          side(d, 1),
                          side(d, 2),
                          side(d, 3),
                          side(d, 4),
                          side(d, 5)))
                  .toList(),
              0));
    }
    var classes = RECORDED.path("classes").valueStream().map(JsonNode::asString).toList();
    return DetectedEvaluation.of(SOME, SOME, SOME, SPEC, classes, images);
  }

  private static double side(JsonNode box, int place) {
    return box.get(place).asDouble();
  }

  private static JsonNode recorded() {
    try (var in = PrecisionsTest.class.getResourceAsStream("precisions.json")) {
      assertThat(in).isNotNull();
      return new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

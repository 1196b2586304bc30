package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.CostReading.Line;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.vision.detection.Detection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the mistakes of a detector come to. */
class DetectorCostsTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final DetectorSpec SPEC = DetectorSpec.of(DetectorSpec.Output.YOLO_V8);
  private static final List<String> CLASSES = List.of("wine", "apple");
  private static final String PRICED =
      "{unit: order, items: 2, bears: 1, currency: EUR, error: 1.5, classes: {wine: 12}, score: 0.5}";
  private static final String SWEEP =
      "    - {measure: map-under, sweep: noise, range: [5%, 45%], at-least: 0.2}\n";

  /** A box of 10 by 10 px and how far beside it something of a class and a score was found. */
  @ParameterizedTest
  @CsvSource({
    // beside by 2 of 10 px: overlap 80 / 120
    "0.5, 0.5, 0, 2, 0.9, false, 0",
    "0.5, 0.66, 0, 2, 0.9, false, 0",
    "0.5, 0.67, 0, 2, 0.9, true, 24",
    // exactly at the limits
    "0.9, 0.5, 0, 0, 0.9, false, 0",
    "0.5, 1, 0, 0, 0.9, false, 0",
    // not sure enough: the object is missed, and nothing else is wrong
    "0.91, 0.5, 0, 0, 0.9, true, 12",
    // another class: one is missed, and one is found that is not there
    "0.5, 0.5, 1, 0, 0.9, true, 13.5",
    // beside by all of it, though any overlap would do
    "0.5, 0, 0, 10, 0.9, true, 24",
    "0.5, 0, 0, 9, 0.9, false, 0"
  })
  void anObjectMissedOrSomethingFoundThatIsNotThereIsAMistake(
      double score, double iou, int category, int beside, double sure, boolean wrong, double cost) {
    var image =
        found(
            0, List.of(truth(0, 0, 0)), new Detection(category, sure, beside, 0, 10 + beside, 10));
    var spec = spec(PRICED.replace("score: 0.5", "score: " + score + ", iou: " + iou), "");
    var counted =
        Counted.of(evaluation(List.of(image)), spec.costs().orElseThrow()).orElseThrow().getFirst();
    assertThat(counted.wrong()).isEqualTo(wrong);
    assertThat(counted.cost()).isCloseTo(cost, within(1e-12));
    assertThat(counted.dearest()).isEqualTo(12);
  }

  @Test
  void anObjectIsFoundOnceAndTheSurestHasIt() {
    var spec = spec(PRICED, "").costs().orElseThrow();
    var twice =
        found(
            0,
            List.of(truth(1, 0, 0)),
            new Detection(1, 0.6, 0, 0, 10, 10),
            new Detection(1, 0.9, 1, 0, 11, 10));
    assertThat(Counted.of(evaluation(List.of(twice)), spec).orElseThrow().getFirst().cost())
        .as("the second is a false alarm")
        .isEqualTo(1.5);
    var two =
        found(
            0,
            List.of(truth(0, 0, 0), truth(0, 3, 0)),
            new Detection(0, 0.9, 1, 0, 11, 10),
            new Detection(0, 0.8, 2, 0, 12, 10));
    assertThat(Counted.of(evaluation(List.of(two)), spec).orElseThrow().getFirst().wrong())
        .as("each takes the one that it overlaps most")
        .isFalse();
    assertThat(
            Counted.of(evaluation(List.of(found(0, List.of()))), spec)
                .orElseThrow()
                .getFirst()
                .wrong())
        .isFalse();
  }

  /** Every unit of two images that can be drawn, its cost added up; matches found another way. */
  @Test
  void expectsOfAUnitTheMeanOverAllThatCanBeDrawn() {
    var random = new Random(11);
    var images = new ArrayList<Found>();
    var costs = new double[24];
    for (int i = 0; i < costs.length; i++) {
      images.add(scene(i, random));
      costs[i] = byHand(images.get(i));
    }
    double sum = 0;
    int failing = 0;
    for (double first : costs) {
      for (double second : costs) {
        sum += first + second;
        failing += first > 0 && second > 0 ? 1 : 0;
      }
    }
    var reading = reading(PRICED, "", images, images);
    var line = reading.lines().getFirst();
    var cost = line.cost().orElseThrow();
    assertThat(failing).isBetween(1, 575);
    assertThat(cost.value()).isCloseTo(sum / 576, within(1e-9));
    assertThat(line.failing().value()).isCloseTo(failing / 576.0, within(1e-12));
    assertThat(cost.low()).isBetween(0.0, cost.value());
    assertThat(cost.high()).isGreaterThan(cost.value());
    assertThat(reading.notes())
        .contains(
            "the answer to an image is wrong where an object is missed or something is found that is"
                + " not there, by detections of a score of 0.5 and an overlap of 0.5 or more");
  }

  /** Objects stand far apart, so that each detection can find one at most. */
  private static Found scene(int number, Random random) {
    var objects = new ArrayList<Truth>();
    var detections = new ArrayList<Detection>();
    for (int place = 0; place < 3; place++) {
      int category = random.nextInt(2);
      if (random.nextInt(4) > 0) {
        objects.add(truth(category, 100 * place, 0));
      }
      if (random.nextInt(5) > 0) {
        int beside = random.nextInt(6);
        detections.add(
            new Detection(
                random.nextInt(8) == 0 ? 1 - category : category,
                0.3 + 0.7 * random.nextDouble(),
                100 * place + beside,
                0,
                100 * place + beside + 10,
                10));
      }
    }
    return found(number, objects, detections.toArray(Detection[]::new));
  }

  private static double byHand(Found image) {
    double cost = 0;
    var explained = new HashSet<Detection>();
    for (var object : image.objects()) {
      var finder =
          image.detections().stream()
              .filter(each -> each.score() >= 0.5 && each.category() == object.category())
              // By 3 px of 10 they overlap by 70 of 130, by 4 px by 60 of 140.
              .filter(each -> Math.abs(each.x1() - object.x1()) <= 3)
              .findFirst();
      if (finder.isPresent()) {
        explained.add(finder.get());
      } else {
        cost += object.category() == 0 ? 12 : 1.5;
      }
    }
    for (var each : image.detections()) {
      if (each.score() >= 0.5 && !explained.contains(each)) {
        cost += each.category() == 0 ? 12 : 1.5;
      }
    }
    return cost;
  }

  @Test
  void readsSlicesAndAFaultAtItsWorstStrength() {
    var good = images(40, 36);
    var reading = reading("{unit: checkout, items: 10, score: 0.5}", SWEEP, good, images(40, 40));
    assertThat(reading.lines())
        .extracting(Line::where)
        .containsExactly("", "", "on slice night", "on slice night", "under noise of 45 %");
    assertThat(reading.lines().get(0).wrong().value()).isCloseTo(0.1, within(1e-12));
    assertThat(reading.lines().get(0).failing().value())
        .isCloseTo(1 - Math.pow(0.9, 10), within(1e-12));
    assertThat(reading.lines().get(1).wrong().value()).isZero();
    var fault = reading.lines().getLast();
    assertThat(fault.wrong().value()).as("8 of 40 are right").isCloseTo(0.8, within(1e-12));
    assertThat(fault.wrong().low()).isLessThan(0.8);
    assertThat(fault.on()).isEqualTo("test split, 40 images, the worst of 9 strengths");
  }

  @Test
  void doesNotTakeForSureThatADearMistakeNeverHappens() {
    var cost =
        reading(PRICED, "", images(40, 40), images(40, 40)).lines().getFirst().cost().orElseThrow();
    assertThat(cost.value()).isZero();
    assertThat(cost.low()).isZero();
    assertThat(cost.high()).as("one of the dearest").isBetween(1.0, 4.0);
  }

  private static CostReading reading(
      String costs, String gates, List<Found> int8, List<Found> fp32) {
    var spec = spec(costs, gates);
    var sweeps = new HashMap<Gate, UnderFault>();
    for (var gate : spec.gates()) {
      gate.sweep()
          .ifPresent(sweep -> {
            var strengths = new ArrayList<DetectedSweep.Strength>();
            for (double strength : sweep.strengths()) {
              strengths.add(
                  new DetectedSweep.Strength(strength, images(40, 40 - 4 * strengths.size())));
            }
            sweeps.put(
                gate,
                new DetectedSweep(
                    SOME, SOME, SOME, SPEC, CLASSES, sweep, Optional.empty(), 40, strengths));
          });
    }
    var evidence =
        new Evidence(
            Map.of(Variant.INT8, form(evaluation(int8)), Variant.FP32, form(evaluation(fp32))),
            sweeps);
    return Costs.reading(spec, evidence).orElseThrow();
  }

  private static Evidence.Form form(Evaluation evaluation) {
    return new Evidence.Form(evaluation, new ByteSize(1), Map.of());
  }

  private static ReleaseSpec spec(String costs, String gates) {
    return TeamFile.parse(
            """
            project: p
            datasets: {d: {path: d.dvc, format: coco, classes: [wine, apple]}}
            release:
              model: m
              preprocess: {resize: none, size: [8, 8], colour: grey, scale: 1/255}
              detector: {output: yolo-v8}
              gates:
                - {measure: map, at-least: 0.1}
            """
                + gates
                + "  costs: "
                + costs
                + "\n")
        .release()
        .orElseThrow();
  }

  private static DetectedEvaluation evaluation(List<Found> images) {
    return DetectedEvaluation.of(SOME, SOME, SOME, SPEC, CLASSES, images);
  }

  /** The first ones right, in the others the object is missed. */
  private static List<Found> images(int count, int right) {
    var images = new ArrayList<Found>();
    for (int i = 0; i < count; i++) {
      images.add(
          i < right
              ? found(i, List.of(truth(i % 2, 0, 0)), new Detection(i % 2, 0.9, 0, 0, 10, 10))
              : found(i, List.of(truth(i % 2, 0, 0))));
    }
    return images;
  }

  private static Found found(int number, List<Truth> there, Detection... detections) {
    return new Found(
        SOME, "%03d.png".formatted(number), Optional.of("night"), there, List.of(detections), 0);
  }

  private static Truth truth(int category, double x, double y) {
    return new Truth(category, x, y, x + 10, y + 10, 100);
  }
}

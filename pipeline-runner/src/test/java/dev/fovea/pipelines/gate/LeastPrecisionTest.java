package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.evaluate.Coco;
import dev.fovea.pipelines.evaluate.DetectedEvaluation;
import dev.fovea.pipelines.evaluate.DetectedSweep;
import dev.fovea.pipelines.evaluate.DetectedSweep.Strength;
import dev.fovea.pipelines.evaluate.Found;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.Sweep;
import dev.fovea.teamfile.Sweep.Kind;
import dev.fovea.vision.detection.Detection;
import dev.fovea.vision.metrics.bootstrap.ImageBootstrap;
import dev.fovea.vision.metrics.bootstrap.Resampled;
import dev.fovea.vision.metrics.detection.ApMeasure;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import dev.fovea.vision.metrics.detection.PrecisionBootstrap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeastPrecisionTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final DetectorSpec SPEC = DetectorSpec.of(DetectorSpec.Output.YOLO_V8);
  private static final List<String> CLASSES = List.of("cup", "plate");
  private static final Sweep NOISE = new Sweep(Kind.NOISE, 0.05, 0.45);

  /** In how many of 40 images the object is found, at each of nine strengths. */
  private static final int[] FALLING = {40, 40, 38, 36, 30, 24, 20, 12, 8};

  @Test
  void isTheLeastOverTheStrengthsAndSaysFromWhereOnItFails() {
    var ruling = ruling(0.65, sweep(FALLING));
    assertThat(ruling.outcome()).isEqualTo(Outcome.FAIL);
    assertThat(ruling.rule()).isEqualTo("least map of int8 under noise of 5 % to 45 %");
    assertThat(ruling.on()).isEqualTo("test split, 40 of 90 images with 40 objects, 9 strengths");
    var curve = ruling.curve().orElseThrow();
    assertThat(curve.points()).hasSize(9);
    for (int i = 0; i < 9; i++) {
      var point = curve.points().get(i);
      assertThat(point.measured())
          .as("strength %d", i)
          .isCloseTo(Coco.of(images(FALLING[i])).summary().ap(), within(1e-12));
      assertThat(point.low()).isLessThanOrEqualTo(point.measured());
      assertThat(point.high()).isGreaterThanOrEqualTo(point.measured());
    }
    assertThat(ruling.measured()).isEqualTo(curve.points().getLast().measured());
    assertThat(ruling.low()).isLessThan(ruling.measured());
    assertThat(ruling.high()).isGreaterThan(ruling.measured());
    assertThat(curve.failsBelow()).isEmpty();
    // Between the last strength that holds and the next, by a straight line.
    double holds = curve.points().get(4).measured();
    double falls = curve.points().get(5).measured();
    assertThat(holds).isGreaterThan(0.65);
    assertThat(falls).isLessThan(0.65);
    assertThat(curve.failsAbove().orElseThrow())
        .isCloseTo(0.25 + 0.05 * (holds - 0.65) / (holds - falls), within(1e-12));
    assertThat(ruling.explanation())
        .contains("; the least is at 45 %, and it falls below the limit");
    assertThat(ruling.frames())
        .hasSize(12)
        .allMatch(frame -> frame.answer().endsWith("average precision 0.0 %"));
    assertThat(ruling(0.1, sweep(FALLING)).outcome()).isEqualTo(Outcome.PASS);
  }

  /**
   * The interval against one that is made by evaluating COCO anew on the very images of each
   * resample, at each strength, and taking the least.
   */
  @Test
  void takesTheLeastAnewOnEveryResample() {
    var random = new Random(3);
    var strengths = new ArrayList<List<Found>>();
    for (int s = 0; s < 3; s++) {
      var images = new ArrayList<Found>();
      for (int i = 0; i < 24; i++) {
        images.add(
            random.nextInt(4) == 0
                ? found(i, List.of(truth(i)))
                : found(
                    i,
                    List.of(truth(i)),
                    detection(i, 0.3 + 0.6 * random.nextDouble(), random.nextInt(12))));
      }
      strengths.add(images);
    }
    var evaluations = strengths.stream().map(Coco::of).toList();
    var interval = new PrecisionBootstrap(200, 0.95, 7).ofLeast(evaluations, ApMeasure.AP);
    var byHand = new ImageBootstrap(200, 0.95, 7).of(new Anew(strengths));
    assertThat(interval.estimate()).isCloseTo(byHand.estimate(), within(1e-9));
    assertThat(interval.low()).isCloseTo(byHand.low(), within(1e-9));
    assertThat(interval.high()).isCloseTo(byHand.high(), within(1e-9));
    assertThat(interval.estimate())
        .isCloseTo(
            evaluations.stream()
                .map(each -> each.summary().ap())
                .min(Comparator.naturalOrder())
                .orElseThrow(),
            within(1e-9));
  }

  private record Anew(List<List<Found>> strengths) implements Resampled {
    @Override
    public int images() {
      return strengths.getFirst().size();
    }

    @Override
    public double least() {
      return 0;
    }

    @Override
    public double most() {
      return 1;
    }

    @Override
    public boolean sameTruths(Resampled other) {
      return equals(other);
    }

    @Override
    public Player player() {
      return weights ->
          strengths.stream()
              .mapToDouble(images -> {
                var drawn = new ArrayList<Found>();
                for (int i = 0; i < weights.length; i++) {
                  for (int n = 0; n < weights[i]; n++) {
                    drawn.add(images.get(i));
                  }
                }
                return Coco.of(drawn).summary().ap();
              })
              .min()
              .orElseThrow();
    }
  }

  @Test
  void ofOneStrengthItsIntervalIsThatOfTheAveragePrecision() {
    var bootstrap = new PrecisionBootstrap(200, 0.95, 7);
    var one = Coco.of(images(25));
    assertThat(bootstrap.ofLeast(List.of(one), ApMeasure.AP))
        .isEqualTo(bootstrap.of(one, ApMeasure.AP));
    var better = Coco.of(images(40));
    assertThat(bootstrap.ofLeast(List.of(better, one, better), ApMeasure.AP))
        .as("the one that is worse on every resample")
        .isEqualTo(bootstrap.of(one, ApMeasure.AP));
    CocoEvaluation other = Coco.of(images(40).subList(0, 39));
    assertThatThrownBy(() -> bootstrap.ofLeast(List.of(one, other), ApMeasure.AP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: the same truths in the same images");
  }

  @Test
  void isInconclusiveOfLittleAndNothingOfNone() {
    assertThat(ruling(0.1, sweep(9, List.of(images(40).subList(0, 19)))).explanation())
        .contains("rests on 19 images, and it takes 20");
    var sparse = new ArrayList<>(images(40).subList(0, 10));
    for (int i = 10; i < 30; i++) {
      sparse.add(found(i, List.of()));
    }
    var few = ruling(0.1, sweep(9, List.of(sparse)));
    assertThat(few.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(few.explanation()).contains("rests on 10 objects, and it takes 20");
    var empty = ruling(0.1, sweep(9, List.of(sparse.subList(10, 30))));
    assertThat(empty.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(empty.explanation()).contains("there is nothing to find");
    assertThat(ruling(0.1, sweep(9, List.of(List.<Found>of()))).explanation())
        .contains("no image of the test split is in it");
  }

  @Test
  void rulesOnNothingOfAnotherKindOfModel() {
    var answers = List.of(new SweepEvaluation.At(0.05, List.of()));
    var classified = new SweepEvaluation(SOME, SOME, SOME, NOISE, Optional.empty(), 0, answers);
    var ruling = ruling(0.1, classified);
    assertThat(ruling.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(ruling.explanation())
        .endsWith("another kind of model (expected: one that map-under measures)");
  }

  private static Ruling ruling(double limit, UnderFault evaluation) {
    var gate =
        new Gate(
            Measure.MAP_UNDER,
            Variant.INT8,
            false,
            Optional.of(NOISE),
            Optional.empty(),
            Optional.empty(),
            Bound.AT_LEAST,
            limit,
            7);
    var whole = DetectedEvaluation.of(SOME, SOME, SOME, SPEC, CLASSES, List.of());
    var form = new Evidence.Form(whole, new ByteSize(1), Map.of());
    var evidence =
        new Evidence(Map.of(Variant.FP32, form, Variant.INT8, form), Map.of(gate, evaluation));
    return Judge.on(List.of(gate), evidence).rulings().getFirst();
  }

  private static DetectedSweep sweep(int[] found) {
    var all = new ArrayList<List<Found>>();
    for (int count : found) {
      all.add(images(count));
    }
    return sweep(1, all);
  }

  /** The same images so many times in a row. */
  private static DetectedSweep sweep(int times, List<List<Found>> images) {
    var strengths = new ArrayList<Strength>();
    for (var each : images) {
      for (int i = 0; i < times; i++) {
        strengths.add(new Strength(NOISE.strengths()[strengths.size()], each));
      }
    }
    return new DetectedSweep(
        SOME, SOME, SOME, SPEC, CLASSES, NOISE, Optional.empty(), 90, strengths);
  }

  private static List<Found> images(int foundIn) {
    var images = new ArrayList<Found>();
    for (int i = 0; i < 40; i++) {
      images.add(
          i < foundIn
              ? found(i, List.of(truth(i)), detection(i, 0.9 - i / 100.0, 0))
              : found(i, List.of(truth(i))));
    }
    return images;
  }

  private static Found found(int number, List<Truth> there, Detection... detections) {
    return new Found(
        SOME, "%03d".formatted(number), Optional.empty(), there, List.of(detections), 0);
  }

  private static Truth truth(int number) {
    return new Truth(number % 2, 10, 10, 50, 50, 1600);
  }

  private static Detection detection(int number, double score, int beside) {
    return new Detection(number % 2, score, 10 + beside, 10, 50 + beside, 50);
  }
}

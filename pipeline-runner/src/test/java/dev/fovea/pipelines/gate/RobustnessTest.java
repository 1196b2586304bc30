package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.pipelines.evaluate.SweepEvaluation.At;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.Sweep;
import dev.fovea.teamfile.Sweep.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RobustnessTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final Sweep BRIGHTNESS = new Sweep(Kind.BRIGHTNESS, -0.4, 0.4);

  /** How many of 100 images are right from -40 % to +40 %. */
  private static final int[] HILL = {20, 45, 70, 95, 96, 95, 90, 60, 40};

  @Test
  void holdsWhereTheLeastAccuracyDoes() {
    var ruling = ruling(gate(BRIGHTNESS, 0.2), BRIGHTNESS, HILL);
    assertThat(ruling.outcome()).isEqualTo(Outcome.PASS);
    assertThat(ruling.measured()).isEqualTo(0.2);
    assertThat(ruling.low()).isBetween(0.1, 0.2);
    assertThat(ruling.high()).isBetween(0.2, 0.3);
    assertThat(ruling.rule()).isEqualTo("least accuracy of int8 under brightness of -40 % to 40 %");
    assertThat(ruling.on()).isEqualTo("test split, 100 of 250 images, 9 strengths");
    assertThat(ruling.wanted()).isEqualTo("at least 20.00 %");
    assertThat(ruling.explanation()).endsWith("within the limit of 20.00 %; the least is at -40 %");
    var curve = ruling.curve().orElseThrow();
    assertThat(curve.failsBelow()).isEmpty();
    assertThat(curve.failsAbove()).isEmpty();
    assertThat(curve.points()).hasSize(9);
    assertThat(curve.points().get(4).strength()).isZero();
    assertThat(curve.points())
        .allMatch(point -> point.low() < point.measured() && point.measured() < point.high());
  }

  @Test
  void saysFromWhichStrengthsOnItFallsBelowTheLimit() {
    var ruling = ruling(gate(BRIGHTNESS, 0.65), BRIGHTNESS, HILL);
    assertThat(ruling.outcome()).isEqualTo(Outcome.FAIL);
    var curve = ruling.curve().orElseThrow();
    // From 70 % at -20 % to 45 % at -30 %, and from 90 % at +20 % to 60 % at +30 %.
    assertThat(curve.failsBelow().orElseThrow()).isCloseTo(-0.22, within(1e-12));
    assertThat(curve.failsAbove().orElseThrow()).isCloseTo(0.2 + 0.1 * 25 / 30, within(1e-12));
    assertThat(ruling.explanation())
        .startsWith("least accuracy of int8 under brightness of -40 % to 40 % is 20.00 % (95 % ")
        .endsWith(
            "beyond the limit of 65.00 %; the least is at -40 %, and it falls below the limit from -22 % and from 28.33 %");
    assertThat(ruling.frames()).hasSize(12).allMatch(frame -> frame.answer().equals("cat"));
  }

  @Test
  void saysTheFirstFallAndNotALaterOne() {
    var ruling =
        ruling(gate(BRIGHTNESS, 0.8), BRIGHTNESS, new int[] {90, 70, 90, 70, 95, 95, 95, 95, 95});
    assertThat(ruling.curve().orElseThrow().failsBelow().orElseThrow())
        .isCloseTo(-0.06, within(1e-12));
    assertThat(ruling.explanation()).contains("the least is at -10 %, and it falls below");
    assertThat(ruling.curve().orElseThrow().failsAbove()).isEmpty();
  }

  @Test
  void saysThatItFallsAlreadyWithoutAFault() {
    var curve = ruling(gate(BRIGHTNESS, 0.97), BRIGHTNESS, HILL).curve().orElseThrow();
    assertThat(curve.failsBelow()).isEqualTo(OptionalDouble.of(0));
    assertThat(curve.failsAbove()).isEqualTo(OptionalDouble.of(0));
  }

  @Test
  void goesOnlyTheWayThatTheRangeDoes() {
    var noise = new Sweep(Kind.NOISE, 0.05, 0.45);
    int[] falling = {99, 98, 97, 90, 80, 70, 60, 50, 40};
    var curve = ruling(gate(noise, 0.85), noise, falling).curve().orElseThrow();
    assertThat(curve.failsBelow()).isEmpty();
    assertThat(curve.failsAbove().orElseThrow()).isCloseTo(0.225, within(1e-12));

    var blur = new Sweep(Kind.BLUR, 0, 4);
    var ruling = ruling(gate(blur, 0.85), blur, falling);
    assertThat(ruling.rule()).isEqualTo("least accuracy of int8 under blur of 0 px to 4 px");
    assertThat(ruling.explanation())
        .endsWith("the least is at 4 px, and it falls below the limit from 1.75 px");

    var dark = new Sweep(Kind.BRIGHTNESS, -0.9, -0.1);
    int[] rising = {40, 50, 60, 70, 80, 90, 97, 98, 99};
    assertThat(
            ruling(gate(dark, 0.85), dark, rising).curve().orElseThrow().failsBelow().orElseThrow())
        .isCloseTo(-0.45, within(1e-12));
  }

  @Test
  void knowsInItsIntervalThatTheLeastWasChosenAmongSeveral() {
    // Nine strengths, each of which errs on another tenth of the images.
    var at = new ArrayList<At>();
    for (int i = 0; i < 9; i++) {
      int wrong = i;
      at.add(at(BRIGHTNESS.strengths()[i], 100, image -> image / 10 != wrong));
    }
    var ruling = ruling(gate(BRIGHTNESS, 0.5), evaluation(BRIGHTNESS, at));
    assertThat(ruling.measured()).isEqualTo(0.9);
    var one = ruling.curve().orElseThrow().points().getFirst();
    // The least of nine shares varies less than one of them.
    assertThat(ruling.high() - ruling.low()).isLessThan(0.8 * (one.high() - one.low()));
    assertThat(ruling.low()).isLessThanOrEqualTo(0.9);
    assertThat(ruling.high()).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void hasAnIntervalWhereAllAnswersAreRightOrWrong() {
    int[] all = {100, 100, 100, 100, 100, 100, 100, 100, 100};
    var right = ruling(gate(BRIGHTNESS, 0.5), BRIGHTNESS, all);
    assertThat(right.measured()).isEqualTo(1);
    assertThat(right.low()).isBetween(0.95, 0.97);
    var wrong = ruling(gate(BRIGHTNESS, 0.5), BRIGHTNESS, new int[9]);
    assertThat(wrong.measured()).isZero();
    assertThat(wrong.high()).isBetween(0.03, 0.05);
  }

  @Test
  void isInconclusiveOfFewImagesAndNothingOfNone() {
    var few = new ArrayList<At>();
    for (double strength : BRIGHTNESS.strengths()) {
      few.add(at(strength, 19, _ -> true));
    }
    var ruling = ruling(gate(BRIGHTNESS, 0.5), evaluation(BRIGHTNESS, few));
    assertThat(ruling.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(ruling.explanation()).contains("rests on 19 images, and it takes 20");

    var none = new ArrayList<At>();
    for (double strength : BRIGHTNESS.strengths()) {
      none.add(new At(strength, List.of()));
    }
    var missing = ruling(gate(BRIGHTNESS, 0.5), evaluation(BRIGHTNESS, none));
    assertThat(missing.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(missing.explanation()).contains("no image of the test split is in it");
    assertThat(missing.curve()).isEmpty();
  }

  @Test
  void rulesOnNothingThatWasNotEvaluated() {
    assertThatThrownBy(() -> Judge.on(List.of(gate(BRIGHTNESS, 0.5)), evidence(Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("evidence for the rule of line 7: none");
  }

  @Test
  void readsVerdictsOfTheVersionBeforeAndWritesThemAlike() {
    var json = JsonMapper.shared();
    var old =
        """
        {"passed":true,"rulings":[{"rule":"accuracy of int8","line":7,"outcome":"PASS","wanted":"at least 90.00 %",\
        "limit":0.9,"measured":0.95,"low":0.9,"high":0.97,"unit":"","on":"test split","explanation":"why","frames":[]}]}\
        """;
    var read = json.readValue(old, Verdict.class);
    assertThat(read.rulings().getFirst().curve()).isEmpty();
    assertThat(json.writeValueAsString(read)).isEqualTo(old);

    var swept = new Verdict(false, List.of(ruling(gate(BRIGHTNESS, 0.65), BRIGHTNESS, HILL)));
    assertThat(json.readValue(json.writeValueAsString(swept), Verdict.class)).isEqualTo(swept);
  }

  private static Ruling ruling(Gate gate, Sweep sweep, int[] right) {
    var at = new ArrayList<At>();
    for (int i = 0; i < right.length; i++) {
      int most = right[i];
      at.add(at(sweep.strengths()[i], 100, image -> image < most));
    }
    return ruling(gate, evaluation(sweep, at));
  }

  private static Ruling ruling(Gate gate, SweepEvaluation evaluation) {
    return Judge.on(List.of(gate), evidence(Map.of(gate, evaluation))).rulings().getFirst();
  }

  private static Evidence evidence(Map<Gate, SweepEvaluation> sweeps) {
    var whole = ClassifiedEvaluation.of(SOME, SOME, SOME, List.of());
    var form = new Evidence.Form(whole, new ByteSize(1), Map.of());
    return new Evidence(Map.of(Variant.FP32, form, Variant.INT8, form), sweeps);
  }

  private static SweepEvaluation evaluation(Sweep sweep, List<At> at) {
    return new SweepEvaluation(SOME, SOME, SOME, sweep, Optional.empty(), 250, at);
  }

  private interface Right {
    boolean is(int image);
  }

  private static At at(double strength, int images, Right right) {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < images; i++) {
      answers.add(
          new Scored(
              SOME,
              "%03d.png".formatted(i),
              "dog",
              Optional.empty(),
              right.is(i) ? "dog" : "cat",
              0.5 + i / 1000.0));
    }
    return new At(strength, answers);
  }

  private static Gate gate(Sweep sweep, double limit) {
    return new Gate(
        Measure.ACCURACY_UNDER,
        Variant.INT8,
        false,
        Optional.of(sweep),
        Optional.empty(),
        Optional.empty(),
        Bound.AT_LEAST,
        limit,
        7);
  }
}

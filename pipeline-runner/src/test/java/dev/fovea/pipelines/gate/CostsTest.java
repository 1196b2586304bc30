package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.CostReading.Line;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.evaluate.ClassifiedEvaluation;
import dev.fovea.pipelines.evaluate.Scored;
import dev.fovea.pipelines.evaluate.SweepEvaluation;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class CostsTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SWEEP =
      "    - {measure: accuracy-under, sweep: brightness, range: [-40%, +40%], at-least: 0.2}\n";

  @Test
  void saysHowManyUnitsFail() {
    var reading = reading("{unit: checkout, items: 15}", answers(100, 1), answers(100, 2));
    assertThat(reading.lines())
        .extracting(Line::sentence)
        .containsExactly(
            "int8: 1 in 7 checkouts fails (95 % interval 1 in 38 to 6 in 10)",
            "fp32: 1 in 4 checkouts fails (95 % interval 1 in 13 to 7 in 10)");
    assertThat(reading.notes())
        .containsExactly(
            "one checkout is 15 images like those measured, whose errors are independent of each"
                + " other; it fails by one wrong answer or more");
    var line = reading.lines().getFirst();
    assertThat(line.on()).isEqualTo("test split, 100 images");
    assertThat(line.wrong().value()).isEqualTo(0.01);
    assertThat(line.failing().value()).isCloseTo(1 - Math.pow(0.99, 15), within(1e-12));
    assertThat(line.failing().low())
        .isCloseTo(1 - Math.pow(1 - line.wrong().low(), 15), within(1e-12));
    assertThat(line.failing().high())
        .isCloseTo(1 - Math.pow(1 - line.wrong().high(), 15), within(1e-12));
    assertThat(line.cost()).isEmpty();
    assertThat(line.ratio()).isEqualTo("1 in 7");
  }

  @Test
  void assumesNothingOfAUnitOfOneImage() {
    var reading = reading("{unit: box, units: boxes, items: 1}", answers(100, 5), answers(100, 0));
    assertThat(reading.notes()).isEmpty();
    assertThat(reading.lines().getFirst().failing()).isEqualTo(reading.lines().getFirst().wrong());
    assertThat(reading.lines())
        .extracting(Line::sentence)
        .containsExactly(
            "int8: 1 in 20 boxes fails (95 % interval 1 in 46 to 1 in 9)",
            "fp32: no box fails (95 % interval none to 1 in 27)");
  }

  /** Every unit of two images that can be drawn from twenty, its cost added up. */
  @Test
  void expectsOfAUnitTheMeanOverAllThatCanBeDrawn() {
    var labels = List.of("wine", "apple", "pear", "apple");
    var answers = new ArrayList<Scored>();
    var costs = new double[20];
    for (int i = 0; i < 20; i++) {
      boolean right = i % 3 != 0;
      var label = labels.get(i % 4);
      answers.add(scored(i, label, right, Optional.empty()));
      costs[i] = right ? 0 : label.equals("wine") ? 12 : label.equals("pear") ? 0.25 : 1.5;
    }
    double sum = 0;
    int failing = 0;
    for (double first : costs) {
      for (double second : costs) {
        sum += first + second;
        failing += first > 0 && second > 0 ? 1 : 0;
      }
    }
    var line =
        reading(
                "{unit: order, items: 2, bears: 1, currency: EUR, error: 1.5, classes: {wine: 12,"
                    + " pear: 0.25}}",
                answers,
                answers)
            .lines()
            .getFirst();
    var cost = line.cost().orElseThrow();
    assertThat(cost.value()).isCloseTo(sum / 400, within(1e-12));
    assertThat(line.failing().value()).isCloseTo(failing / 400.0, within(1e-12));
    assertThat(cost.low()).isBetween(0.0, cost.value());
    assertThat(cost.high()).isGreaterThan(cost.value()).isLessThan(24);
    assertThat(line.sentence()).contains("; wrong answers cost 2.");
  }

  @Test
  void takesTheIntervalOfTheWrongAnswersWhereAllCostTheSame() {
    var line =
        reading(
                "{unit: order, items: 10, currency: EUR, error: 0.4}",
                answers(200, 9),
                answers(200, 9))
            .lines()
            .getFirst();
    var wrong = Estimate.share(9, 200);
    assertThat(line.cost())
        .contains(new Bounded(4 * wrong.value(), 4 * wrong.low(), 4 * wrong.high()));
    assertThat(line.sentence()).endsWith("; wrong answers cost 0.18 EUR per order (0.10 to 0.33)");
  }

  @Test
  void doesNotTakeForSureThatADearMistakeNeverHappens() {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < 100; i++) {
      answers.add(scored(i, i % 2 == 0 ? "wine" : "apple", i % 2 == 0 || i > 9, Optional.empty()));
    }
    var cost =
        reading("{unit: order, items: 10, currency: EUR, classes: {wine: 12}}", answers, answers)
            .lines()
            .getFirst()
            .cost()
            .orElseThrow();
    assertThat(cost.value()).isZero();
    assertThat(cost.low()).isZero();
    assertThat(cost.high())
        .as("as many as Wilson allows of none in a hundred")
        .isCloseTo(120 * Estimate.share(0, 100).high(), within(1e-9));
  }

  @Test
  void readsAModelThatIsAlwaysWrong() {
    var line =
        reading(
                "{unit: box, units: boxes, items: 2, bears: 1, currency: EUR, error: 1, classes:"
                    + " {dark: 3}}",
                answers(50, 50),
                answers(50, 50))
            .lines()
            .getFirst();
    assertThat(line.failing().value()).isEqualTo(1);
    assertThat(line.failing().low()).isBetween(0.8, 0.9);
    assertThat(line.cost().orElseThrow().value()).isCloseTo(4, within(1e-12));
    assertThat(line.sentence())
        .startsWith(
            "int8: every box fails (95 % interval 9 in 10 to all); wrong answers cost 4.00");
  }

  @Test
  void readsEverySliceTheWorstFirstInTheTeamsOwnWords() {
    var answers = new ArrayList<Scored>();
    answers.addAll(slice("day", 40, 1));
    answers.addAll(slice("warm", 30, 6));
    answers.addAll(slice("night", 20, 2));
    answers.addAll(slice("fog", 19, 19));
    var reading =
        reading(
            "{unit: checkout, items: 20, bears: 2, slices: {warm: in warm light, snow: in snow}}",
            answers,
            answers);
    assertThat(reading.lines())
        .extracting(Line::where, Line::of)
        .containsExactly(
            tuple("", Variant.INT8),
            tuple("", Variant.FP32),
            tuple("in warm light", Variant.INT8),
            tuple("in warm light", Variant.FP32),
            tuple("on slice night", Variant.INT8),
            tuple("on slice night", Variant.FP32),
            tuple("on slice day", Variant.INT8),
            tuple("on slice day", Variant.FP32));
    assertThat(reading.lines().get(2).sentence())
        .matches("int8: 8 in 10 checkouts fail in warm light \\(95 % interval .* to .*\\)");
    assertThat(reading.lines().get(2).failing().value()).isEqualTo(Failing.share(0.2, 20, 2));
    assertThat(reading.notes())
        .containsExactly(
            "one checkout is 20 images like those measured, whose errors are independent of each"
                + " other; it fails by more than 2 wrong answers",
            "left out, with fewer than 20 images: fog",
            "no image of the test split is of snow");
  }

  @Test
  void readsAtMostTwentySlices() {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < 27; i++) {
      answers.addAll(slice("s%02d".formatted(i), 20 + i, 1));
    }
    var reading = reading("{unit: c, items: 2}", answers, answers);
    assertThat(reading.lines()).hasSize(2 + 2 * 20);
    assertThat(reading.notes().getLast())
        .isEqualTo("left out beside the 20 largest slices: s06, s05, s04, s03, s02 and 2 more");
  }

  @Test
  void readsAFaultOnceAtItsWorstStrength() {
    var spec =
        spec(
            "{unit: checkout, items: 20, currency: EUR, error: 0.5}",
            SWEEP + SWEEP.replace("0.2}", "0.3}"));
    int[] right = {80, 85, 90, 95, 96, 95, 90, 88, 86};
    var evidence = evidence(spec, answers(100, 4), answers(100, 4), right);
    var reading = Costs.reading(spec, evidence).orElseThrow();
    assertThat(reading.lines()).hasSize(3);
    var line = reading.lines().getLast();
    var ruling = Judge.on(spec.gates(), evidence).rulings().get(1);
    assertThat(line.where()).isEqualTo("under brightness of -40 %");
    assertThat(line.on()).isEqualTo("test split, 100 images, the worst of 9 strengths");
    assertThat(line.wrong())
        .isEqualTo(new Bounded(1 - ruling.measured(), 1 - ruling.high(), 1 - ruling.low()));
    assertThat(line.failing().value()).isEqualTo(Failing.share(1 - ruling.measured(), 20, 0));
    assertThat(line.cost().orElseThrow().value()).isCloseTo(10 * 0.2, within(1e-12));
    assertThat(line.sentence())
        .startsWith("int8: more than 9 in 10 checkouts fail under brightness");
  }

  @Test
  void expectsUnderAFaultTheLargestCostOfAllStrengths() {
    var spec = spec("{unit: c, items: 3, currency: EUR, error: 0.5, classes: {dark: 2}}", SWEEP);
    int[] right = {60, 85, 90, 95, 96, 95, 90, 88, 86};
    var line =
        Costs.reading(spec, evidence(spec, answers(100, 4), answers(100, 4), right))
            .orElseThrow()
            .lines()
            .getLast();
    double largest =
        Arrays.stream(right)
            .mapToDouble(hits -> {
              double sum = 0;
              for (int i = hits; i < 100; i++) {
                sum += i % 2 == 0 ? 2 : 0.5;
              }
              return 3 * sum / 100;
            })
            .max()
            .orElseThrow();
    var cost = line.cost().orElseThrow();
    assertThat(cost.value()).isCloseTo(largest, within(1e-12));
    assertThat(cost.low()).isLessThan(cost.value());
    assertThat(cost.high()).isGreaterThan(cost.value());
  }

  @Test
  void readsNothingOfTooFewImagesOrWithoutCosts() {
    var reading = reading("{unit: c, items: 2}", answers(19, 1), answers(19, 1));
    assertThat(reading.lines()).isEmpty();
    assertThat(reading.notes().getLast())
        .isEqualTo("the test split has 19 images, and it takes 20");
    var without = spec("", "");
    assertThat(Costs.reading(without, evidence(without, answers(100, 1), answers(100, 1))))
        .isEmpty();
  }

  @Test
  void standsInTheVerdictsJsonWhereThereIsOneAndChangesNoOther() {
    var verdict = new Verdict(true, List.of());
    assertThat(JSON.writeValueAsString(verdict)).isEqualTo("{\"passed\":true,\"rulings\":[]}");
    assertThat(JSON.readValue("{\"passed\":true,\"rulings\":[]}", Verdict.class))
        .isEqualTo(verdict);
    var read =
        verdict.withCosts(
            Optional.of(
                reading(
                    "{unit: c, items: 2, currency: EUR, error: 1}",
                    answers(30, 1),
                    answers(30, 0))));
    var text = JSON.writeValueAsString(read);
    assertThat(JSON.readValue(text, Verdict.class)).isEqualTo(read);
    assertThat(JSON.readTree(text).at("/costs/lines/0/failing/value").doubleValue())
        .isCloseTo(1 - Math.pow(29 / 30.0, 2), within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "0, none",
    "1e-12, 'fewer than 1 in 1,000,000,000'",
    "1e-9, '1 in 1,000,000,000'",
    "0.000081, '1 in 12,000'",
    "0.0101, 1 in 99",
    "0.008, 1 in 130",
    "0.1399, 1 in 7",
    "0.25, 1 in 4",
    "0.2999, 1 in 3",
    "0.3, 3 in 10",
    "0.5, 5 in 10",
    "0.949, 9 in 10",
    "0.95, more than 9 in 10",
    "0.9999999, more than 9 in 10",
    "1, all",
  })
  void saysSharesInSmallNumbers(double share, String words) {
    assertThat(CostWords.ratio(share)).isEqualTo(words);
  }

  private static CostReading reading(String costs, List<Scored> int8, List<Scored> fp32) {
    var spec = spec(costs, "");
    return Costs.reading(spec, evidence(spec, int8, fp32)).orElseThrow();
  }

  private static ReleaseSpec spec(String costs, String gates) {
    return TeamFile.parse(
            """
            project: p
            datasets: {d: {path: d.dvc, format: csv}}
            release:
              model: m
              preprocess: {resize: none, size: [8, 8], colour: grey, scale: 1/255}
              gates:
                - {measure: accuracy, at-least: 0.9}
            """
                + gates
                + (costs.isEmpty() ? "" : "  costs: " + costs + "\n"))
        .release()
        .orElseThrow();
  }

  private static Evidence evidence(
      ReleaseSpec spec, List<Scored> int8, List<Scored> fp32, int... right) {
    var sweeps = new HashMap<Gate, SweepEvaluation>();
    for (var gate : spec.gates()) {
      gate.sweep()
          .ifPresent(sweep -> {
            var at = new ArrayList<SweepEvaluation.At>();
            for (int i = 0; i < right.length; i++) {
              at.add(new SweepEvaluation.At(sweep.strengths()[i], answersRight(right[i])));
            }
            sweeps.put(
                gate,
                new SweepEvaluation(SOME, SOME, SOME, sweep, Optional.empty(), right.length, at));
          });
    }
    return new Evidence(Map.of(Variant.INT8, form(int8), Variant.FP32, form(fp32)), sweeps);
  }

  private static Evidence.Form form(List<Scored> answers) {
    return new Evidence.Form(
        ClassifiedEvaluation.of(SOME, SOME, SOME, answers), new ByteSize(1), Map.of());
  }

  /** A hundred, the last ones wrong. */
  private static List<Scored> answersRight(int right) {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < 100; i++) {
      answers.add(scored(i, i % 2 == 0 ? "dark" : "light", i < right, Optional.empty()));
    }
    return answers;
  }

  /** The first ones wrong. */
  private static List<Scored> answers(int count, int wrong) {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < count; i++) {
      answers.add(scored(i, i % 2 == 0 ? "dark" : "light", i >= wrong, Optional.empty()));
    }
    return answers;
  }

  private static List<Scored> slice(String name, int count, int wrong) {
    var answers = new ArrayList<Scored>();
    for (int i = 0; i < count; i++) {
      answers.add(scored(i, "dark", i >= wrong, Optional.of(name)));
    }
    return answers;
  }

  private static Scored scored(int image, String label, boolean right, Optional<String> slice) {
    return new Scored(
        SOME,
        "%s/%03d.png".formatted(slice.orElse("all"), image),
        label,
        slice,
        right ? label : "other",
        0.9);
  }
}

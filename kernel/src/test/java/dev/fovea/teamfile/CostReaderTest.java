package dev.fovea.teamfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.teamfile.CostSpec.Price;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostReaderTest {
  private static final String POLICY =
      """
      project: p
      datasets: {d: {path: d.dvc, format: csv, classes: [wine, apple, 2]}}
      release:
        model: m
        preprocess: {resize: none, size: [8, 8], colour: grey, scale: 1/255}
        gates:
          - {measure: accuracy, at-least: 0.9}
        costs: COSTS
      """;

  @Test
  void readsEveryKey() {
    var costs =
        costs(
            """
            {unit: box, units: boxes, items: 12, bears: 1, currency: EUR, error: 0.4, \
            classes: {wine: 12, "2": 0}, slices: {warm: in warm light, night: at night}}\
            """);
    assertThat(costs)
        .contains(
            new CostSpec(
                "box",
                "boxes",
                12,
                1,
                Optional.of(new Price("EUR", 0.4, Map.of("wine", 12.0, "2", 0.0))),
                Map.of("warm", "in warm light", "night", "at night")));
    var price = costs.orElseThrow().price().orElseThrow();
    assertThat(price.of("wine")).isEqualTo(12);
    assertThat(price.of("apple")).isEqualTo(0.4);
    assertThat(price.of("2")).isZero();
  }

  @Test
  void takesDefaultsWhereTheFileSaysNothing() {
    assertThat(costs("{unit: checkout, items: 20}"))
        .contains(new CostSpec("checkout", "checkouts", 20, 0, Optional.empty(), Map.of()));
    assertThat(
            costs("{unit: c, items: 2, currency: EUR, classes: {wine: 1}}").orElseThrow().price())
        .as("what is not named costs nothing")
        .contains(new Price("EUR", 0, Map.of("wine", 1.0)));
    assertThat(
            TeamFile.parse(POLICY.replace("  costs: COSTS\n", "")).release().orElseThrow().costs())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {items: 20}                           | costs has no 'unit'
          {unit: checkout}                      | costs has no 'items'
          {unit: checkout, items: 0}            | 'items': '0' (expected: a whole number, 1 to 10000)
          {unit: checkout, items: 10001}        | 'items': '10001' (expected: a whole number, 1 to 10000)
          {unit: checkout, items: many}         | 'items': 'many' (expected: a whole number
          {unit: checkout, items: 3, bears: 3}  | 'bears': 3 of 3 'items' (expected: fewer, else nothing ever fails)
          {unit: checkout, items: 3, bears: -1} | 'bears': '-1' (expected: a whole number, 0 to 9999)
          {unit: "", items: 3}                  | 'unit': '' (expected: 1 to 60 characters on one line)
          {unit: [a], items: 3}                 | 'unit' is a list (expected: one value)
          {unit: c, items: 3, error: 1}         | 'error' or 'classes' without 'currency'
          {unit: c, items: 3, currency: EUR}    | 'currency' without 'error' and 'classes'
          {unit: c, items: 3, currency: EUR, error: -1}    | 'error': '-1' (expected: a number, 0 to 1000000000)
          {unit: c, items: 3, currency: EUR, error: .nan}  | 'error': '.nan' (expected: a number
          {unit: c, items: 3, currency: EUR, error: 1e10}  | 'error': '1e10' (expected: a number
          {unit: c, items: 3, currency: EUR, classes: [wine]}      | 'classes' is a list (expected: a mapping)
          {unit: c, items: 3, currency: EUR, classes: {wine: [1]}} | 'classes' is a list (expected: one value)
          {unit: c, items: 3, currency: EUR, classes: {wyne: 1}}   | 'classes' of costs names 'wyne', which is no class of the dataset
          {unit: c, items: 3, currency: EUR, classes: {wine: 1, wine: 2}} | 'wine' stands twice in 'classes'
          {unit: c, items: 3, slices: {warm: ""}}                  | 'slices': '' (expected: 1 to 100 characters
          {unit: c, items: 3, item: 4}                             | costs has no 'item'; did you mean 'items'?
          {unit: c, items: 3, at-most: 1}                          | 'at-most' has no effect in costs: costs say what errors come to and refuse nothing; write a gate
          checkout                                                 | costs is 'checkout' (expected: a mapping with unit, units, items, bears, currency, error, classes, score, iou, slices)
          {unit: c, items: 3, score: 0.5}                          | 'score' of costs without 'detector' under release
          {unit: c, items: 3, iou: 0.5}                            | 'iou' without 'score' (expected: the score from which on a detection counts)
          {unit: c, items: 3, score: 2}                            | 'score': '2' (expected: a share
          """)
  void namesTheLineAndWhatWasExpected(String costs, String words) {
    assertThat(mistakes(POLICY.replace("COSTS", costs.strip())).mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.text()).contains(words.strip());
          assertThat(mistake.line()).isEqualTo(8);
        });
  }

  private static String ofDetector(String costs) {
    return POLICY
        .replace("measure: accuracy", "measure: map")
        .replace("  gates:", "  detector: {output: yolo-v8, confidence: 0.1}\n  gates:")
        .replace("COSTS", costs);
  }

  @Test
  void saysOfADetectorWhereItIsOperated() {
    var read = TeamFile.parse(ofDetector("{unit: c, items: 3, score: 50%}"));
    assertThat(read.release().orElseThrow().costs().orElseThrow().at())
        .contains(new CostSpec.Operating(0.5, 0.5));
    read = TeamFile.parse(ofDetector("{unit: c, items: 3, score: 0.1, iou: 0.75}"));
    assertThat(read.release().orElseThrow().costs().orElseThrow().at())
        .contains(new CostSpec.Operating(0.1, 0.75));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {unit: c, items: 3}              | has no 'score' (expected: from which score on a detection counts, such as 'score: 0.5')
          {unit: c, items: 3, score: 0.05} | 'score' of costs is below 0.1, the 'confidence' of detector
          {unit: c, items: 3, score: 0.5, iou: -1} | 'iou': '-1' (expected: a share
          """)
  void namesWhatIsWrongWithADetectors(String costs, String words) {
    assertThat(mistakes(ofDetector(costs.strip())).mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.line()).isEqualTo(9);
          assertThat(mistake.text()).contains(words.strip());
        });
  }

  @Test
  void isBoundedInItsWords() {
    var many =
        IntStream.range(0, 101)
            .mapToObj(i -> "s%d: x".formatted(i))
            .collect(Collectors.joining(", "));
    assertThat(mistakes(POLICY.replace("COSTS", "{unit: c, items: 3, slices: {" + many + "}}")))
        .hasMessageContaining("'slices' has 101 keys (expected: at most 100)");
    assertThat(
            mistakes(
                POLICY.replace(
                    "COSTS", "{unit: c, items: 3, slices: {n: " + "x".repeat(101) + "}}")))
        .hasMessageContaining("1 to 100 characters");
    assertThatThrownBy(() -> new CostSpec("c", "cs", 3, 3, Optional.empty(), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 items, of which 3 may be wrong");
  }

  private static Optional<CostSpec> costs(String written) {
    return TeamFile.parse(POLICY.replace("COSTS", written)).release().orElseThrow().costs();
  }

  private static TeamFileProblem mistakes(String yaml) {
    var problem = catchThrowableOfType(TeamFileProblem.class, () -> TeamFile.parse(yaml));
    assertThat(problem).as(yaml).isNotNull();
    return problem;
  }
}

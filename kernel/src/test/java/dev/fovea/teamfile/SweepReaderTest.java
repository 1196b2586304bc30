package dev.fovea.teamfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.Sweep.Kind;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Gates of accuracy under a fault. */
class SweepReaderTest {
  private static final String FILE =
      """
      project: p
      datasets: {d: {path: d.dvc, format: csv}}
      release:
        model: m
        preprocess: {resize: none, size: [28, 28], colour: grey, scale: 1}
        gates:
          - {measure: accuracy, at-least: 0.9}
          - {measure: accuracy-under, sweep: brightness, range: [-40%, +40%], at-least: 0.35}
      """;

  @Test
  void readsTheFaultAndItsRange() {
    assertThat(TeamFile.parse(FILE).release().orElseThrow().gates().getLast())
        .isEqualTo(
            new Gate(
                Measure.ACCURACY_UNDER,
                Variant.INT8,
                false,
                Optional.of(new Sweep(Kind.BRIGHTNESS, -0.4, 0.4)),
                Optional.empty(),
                Optional.empty(),
                Bound.AT_LEAST,
                0.35,
                8));
    assertThat(TeamFile.parse(FILE).release().orElseThrow().gates().getFirst().sweep()).isEmpty();
    var other =
        FILE.replace("accuracy-under,", "accuracy-under, of: fp32, slice: night, on: test,");
    var gate = TeamFile.parse(other).release().orElseThrow().gates().getLast();
    assertThat(gate.of()).isEqualTo(Variant.FP32);
    assertThat(gate.slice()).contains("night");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          brightness | -0.4, 0.4      | -0.4 | 0.4
          contrast   | -100%, 300%    | -1   | 3
          gamma      | -50 %, +100 %  | -0.5 | 1
          blur       | 0, 2.5         | 0    | 2.5
          blur       | 0.5px, 2.5 px  | 0.5  | 2.5
          noise      | 0%, 20%        | 0    | 0.2
          jpeg       | -0%, 9.5e-1    | 0    | 0.95
          """)
  void readsStrengthsAsSharesOrPixels(String sweep, String range, double from, double to) {
    var file =
        FILE.replace("sweep: brightness", "sweep: " + sweep).replace("-40%, +40%", range.strip());
    var read = TeamFile.parse(file).release().orElseThrow().gates().getLast().sweep().orElseThrow();
    assertThat(read.kind().written()).isEqualTo(sweep);
    assertThat(read.from()).isEqualTo(from);
    assertThat(read.to()).isEqualTo(to);
  }

  /** Each line: what replaces what, and words of the mistake, which is always in line 8. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          sweep: brightness, | sweep: fog,                  | 'sweep': 'fog' (expected: one of brightness, contrast, gamma, blur, noise, jpeg)
          sweep: brightness, |                              | the gate has no 'sweep'
          sweep: brightness, | sweep: [brightness],         | 'sweep' is a list (expected: one value)
          range: [-40%, +40%], |                            | the gate has no 'range'
          -40%, +40%         | +40%, -40%                   | 'range' from 40% to -40% (expected: the smaller end first)
          -40%, +40%         | 40%, 40%                     | 'range' from 40% to 40% (expected: the smaller end first)
          -40%, +40%         | -40%                         | 'range' has one end (expected: [FROM, TO])
          -40%, +40%         | -40%, 0, 40%                 | 'range' has 3 values (expected: at most 2)
          [-40%, +40%]       | 40%                          | 'range' is '40%' (expected: a list in brackets)
          -40%, +40%         | -40%, .nan                   | 'range': '.nan' (expected: a strength of brightness, -100% to 300%)
          -40%, +40%         | -.inf, 40%                   | 'range': '-.inf' (expected: a strength of brightness
          -40%, +40%         | -40%, 1e9 %                  | 'range': '1e9 %' (expected: a strength of brightness, -100% to 300%)
          -40%, +40%         | -40%, 1000000000%            | 'range': '1000000000%' (expected: a strength
          -40%, +40%         | -40%, 999999999%             | 'range': '999999999%' (expected: a strength
          -40%, +40%         | -40%, 1e99                   | 'range': '1e99' (expected: a strength
          -40%, +40%         | -101%, 40%                   | 'range': '-101%' (expected: a strength of brightness, -100% to 300%)
          -40%, +40%         | -40%, 2px                    | 'range': '2px' (expected: a strength of brightness
          brightness, range: [-40%, +40%] | blur, range: [-1, 2]     | 'range': '-1' (expected: a strength of blur, 0px to 10px)
          brightness, range: [-40%, +40%] | blur, range: [0%, 20%]   | 'range': '0%' (expected: a strength of blur, 0px to 10px)
          brightness, range: [-40%, +40%] | jpeg, range: [0, 100%]   | 'range': '100%' (expected: a strength of jpeg, 0% to 99%)
          brightness, range: [-40%, +40%] | gamma, range: [-1, 1]    | 'range': '-1' (expected: a strength of gamma, -90% to 400%)
          brightness, range: [-40%, +40%] | noise, range: [-1%, 1%]  | 'range': '-1%' (expected: a strength of noise, 0% to 100%)
          at-least: 0.35     | at-most: 0.35                | 'at-most' with accuracy-under (expected: 'at-least', which holds over the whole range)
          at-least: 0.35     | at-least: 35                 | '35' (expected: a share such as 0.9 or 90%, 0 to 1)
          at-least: 0.35     | drop: [fp32, int8], at-least: 0.35 | 'drop' with accuracy-under (expected: 'of: fp32' or 'of: int8', one gate each)
          at-least: 0.35     | device: d, at-least: 0.35    | 'device' with accuracy-under, which no device measures
          measure: accuracy-under | measure: accuracy       | 'sweep' with accuracy (expected: with accuracy-under or map-under alone)
          measure: accuracy-under | measure: size           | 'range' with size (expected: with accuracy-under or map-under alone)
          measure: accuracy-under | measure: map50-under    | 'map50-under' (expected: one of accuracy, macro-recall, worst-recall, accuracy-under,
          """)
  void namesTheLineAndWhatWasExpected(String found, String replacement, String words) {
    var gate = FILE.substring(FILE.indexOf("    - {measure: accuracy-under"));
    assertThat(gate).contains(found.strip());
    var file =
        FILE.replace(
            gate, gate.replace(found.strip(), replacement == null ? "" : replacement.strip()));
    assertThat(mistakesOf(file).mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.text()).contains(words.strip());
          assertThat(mistake.line()).isEqualTo(8);
        });
  }

  @Test
  void isOfMapWhereTheModelFindsObjects() {
    var detector =
        FILE.replace("scale: 1}", "scale: 1}\n  detector: {output: yolo-v8}")
            .replace("measure: accuracy,", "measure: map,");
    assertThat(mistakesOf(detector).mistakes())
        .containsExactly(
            new TeamFileProblem.Mistake(
                9,
                "'measure': accuracy-under with 'detector' under release (expected: one of map, map50, map-small, map-medium, map-large, worst-ap, map-under; or no 'detector' where the model classifies whole images)"));
    var gate =
        TeamFile.parse(detector.replace("accuracy-under", "map-under"))
            .release()
            .orElseThrow()
            .gates()
            .getLast();
    assertThat(gate.measure()).isEqualTo(Measure.MAP_UNDER);
    assertThat(gate.sweep()).contains(new Sweep(Kind.BRIGHTNESS, -0.4, 0.4));
    assertThat(gate.limit()).isEqualTo(0.35);
    for (var wrong :
        new String[] {
          "drop: [fp32, int8], at-least: 0.35", "at-most: 0.35", "device: d, at-least: 0.35"
        }) {
      assertThat(
              mistakesOf(
                      detector
                          .replace("accuracy-under", "map-under")
                          .replace("at-least: 0.35", wrong))
                  .mistakes())
          .anySatisfy(mistake -> assertThat(mistake.text()).contains("with map-under"));
    }
    assertThat(mistakesOf(FILE.replace("accuracy-under", "map-under")).mistakes())
        .anySatisfy(mistake ->
            assertThat(mistake.text()).startsWith("'measure': map-under without 'detector'"));
  }

  @Test
  void boundsHowManyThereAre() {
    var gate = FILE.substring(FILE.indexOf("    - {measure: accuracy-under"));
    TeamFile.parse(FILE + gate.repeat(19));
    assertThat(mistakesOf(FILE + gate.repeat(20)).mistakes())
        .containsExactly(
            new TeamFileProblem.Mistake(
                7, "'gates' has 21 rules of accuracy-under and map-under (expected: at most 20)"));
  }

  @ParameterizedTest
  @CsvSource({
    "BRIGHTNESS, -0.4, 0.4, 9, true",
    "BRIGHTNESS, -0.5, 1, 10, true",
    "BRIGHTNESS, -0.1, 0.2, 10, true",
    "GAMMA, 0.1, 0.2, 9, false",
    "BLUR, 0, 2, 9, true",
    "CONTRAST, -1, 0, 9, true"
  })
  void looksAtNineStrengthsAndAtNone(Kind kind, double from, double to, int count, boolean zero) {
    var strengths = new Sweep(kind, from, to).strengths();
    assertThat(strengths).hasSize(count).isSorted().doesNotHaveDuplicates().startsWith(from);
    assertThat(strengths[count - 1]).isEqualTo(to);
    assertThat(Arrays.stream(strengths).anyMatch(each -> each == 0)).isEqualTo(zero);
  }

  @Test
  void hasStrengthsThatOneWouldWrite() {
    assertThat(new Sweep(Kind.BRIGHTNESS, -0.1, 0.3).strengths())
        .containsExactly(-0.1, -0.05, 0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3);
    assertThat(new Sweep(Kind.NOISE, 1e-99, 2e-99).strengths()).hasSize(9).isSorted();
    var narrow = new Sweep(Kind.BLUR, 9.99999999999999, 10).strengths();
    assertThat(narrow).isSorted();
    assertThat(Arrays.stream(narrow).allMatch(Kind.BLUR::has)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void isNotWithoutItsBounds(Kind kind) {
    assertThat(kind.has(0)).isTrue();
    assertThat(new Sweep(kind, kind.least(), kind.most()).strengths()).startsWith(kind.least());
    for (double wrong : new double[] {Double.NaN, kind.most() + 0.01, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> new Sweep(kind, kind.least(), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(expected: rising, ");
    }
    assertThatThrownBy(() -> new Sweep(kind, 0.5, 0.5)).hasMessageContaining("expected: rising");
  }

  private static TeamFileProblem mistakesOf(String yaml) {
    var problem = catchThrowableOfType(TeamFileProblem.class, () -> TeamFile.parse(yaml));
    assertThat(problem).as(yaml).isNotNull();
    return problem;
  }
}

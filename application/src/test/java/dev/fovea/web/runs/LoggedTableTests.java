package dev.fovea.web.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tables of a run are taken for; any file may have their names. */
class LoggedTableTests {
  private static final String MATRIX =
      "{\"columns\": [\"actual\", \"predicted\", \"count\"], \"data\": [%s]}";
  private static final String CURVE = "{\"columns\": [\"recall\", \"precision\"], \"data\": [%s]}";

  @Test
  void aMatrixHasARowAndAColumnForEachClass() {
    var matrix =
        matrix("[10, 2, 5], [2, 2, 40], [2, 10, 1], [10, 10, 30], [10, 10, 4]").orElseThrow();
    assertThat(matrix.classes()).as("by size").containsExactly("2", "10");
    assertThat(matrix.rows())
        .containsExactly(
            new ConfusionTable.Row("2", List.of(40L, 1L)),
            new ConfusionTable.Row("10", List.of(5L, 34L)));
    assertThat(matrix.right()).isEqualTo(74);
    assertThat(matrix.all()).isEqualTo(80);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[\"a\", \"b\", -1]",
        "[\"a\", \"b\", 1.5]",
        "[\"a\", \"b\", 9223372036854775807], [\"a\", \"b\", 9223372036854775807]",
        "[\"a\", \"b\", 99999999999999999999999]",
        "[\"a\", null, 1]",
        "[[\"a\"], \"b\", 1]",
        "[\"a\", \"b\"]",
        "[\"a\", \"b\", \"1\"]"
      })
  void whatIsNoMatrixIsNotDrawn(String rows) {
    assertThat(matrix(rows)).isEmpty();
  }

  @Test
  void moreClassesThanAPageHasRoomForAreNotDrawn() {
    var rows =
        IntStream.range(0, 61)
            .mapToObj("[%1$d, %1$d, 1]"::formatted)
            .collect(Collectors.joining(","));
    assertThat(matrix(rows)).isEmpty();
  }

  @Test
  void aCurveFallsFromLeftToRight() {
    var curve = curve("[1, 0.5], [0, 1], [0.5, 0.75]").orElseThrow();
    assertThat(curve.plot().lines().getFirst().path())
        .isEqualTo("M0.0 0.0L500.0 50.0L1000.0 100.0");
    assertThat(curve.keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[2, 0.5]", "[0.5, -0.1]", "[\"x\", 1]", "[null, 1]", "[0.5, {}]"})
  void whatIsNoCurveIsNotDrawn(String rows) {
    assertThat(curve(rows)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{\"columns\": 3, \"data\": []}",
        "{\"columns\": [\"a\"], \"data\": [[1, 2]]}",
        "{\"columns\": [\"a\"], \"data\": [[[[[[[[1]]]]]]]]}",
        "{\"columns\": [1], \"data\": []}",
        "<script>"
      })
  void whatIsNoTableIsNone(String json) {
    assertThat(LoggedTable.of(json.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  private static Optional<ConfusionTable> matrix(String rows) {
    return table(MATRIX.formatted(rows)).flatMap(table -> ConfusionTable.of("m.json", table));
  }

  private static Optional<PrecisionRecall> curve(String rows) {
    return table(CURVE.formatted(rows)).flatMap(table -> PrecisionRecall.of("c.json", table));
  }

  private static Optional<LoggedTable> table(String json) {
    return LoggedTable.of(json.getBytes(StandardCharsets.UTF_8));
  }
}

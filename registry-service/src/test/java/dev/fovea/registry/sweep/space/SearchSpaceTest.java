package dev.fovea.registry.sweep.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchSpaceTest {
  @Test
  void readsWhatOptunaReads() {
    var space =
        SearchSpace.parse(
            """
            {"optimizer": {"type": "categorical", "choices": ["sgd", 2, 0.5, false]},
             "lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": true, "step": null},
             "batch": {"type": "int", "low": 16, "high": 130, "step": 16},
             "dropout": {"type": "float", "low": 0, "high": 0.55, "step": 0.1}}
            """);
    assertThat(space.names()).containsExactly("batch", "dropout", "lr", "optimizer");
    assertThat(space.parameters().getFirst()).isEqualTo(new WholeParameter(16, 128, false, 16));
    assertThat(((RealParameter) space.parameters().get(1)).high()).isEqualTo(0.5);
    assertThat(space.shown(new Point(64, 0.2, 0.001, 3)))
        .hasToString("{batch=64, dropout=0.2, lr=0.001, optimizer=false}");
    assertThat(space.contains(new Point(64, 0.2, 0.001, 3))).isTrue();
    assertThat(space.contains(new Point(65, 0.2, 0.001, 3))).isFalse();
    assertThat(space.contains(new Point(64, 0.25, 0.001, 3))).isFalse();
    assertThat(space.contains(new Point(64, 0.2, Double.NaN, 3))).isFalse();
    assertThat(space.contains(new Point(64, 0.2, 0.001, 4))).isFalse();
    assertThat(space.contains(new Point(64))).isFalse();
  }

  @Test
  void theOrderOfWritingChangesNothing() {
    assertThat(
            SearchSpace.parse(
                """
                {"a": {"type": "int", "low": 1, "high": 2}, "b": {"low": 1, "type": "int", "high": 3}}
                """))
        .isEqualTo(
            SearchSpace.parse(
                """
                {"b": {"type": "int", "low": 1, "high": 3}, "a": {"type": "int", "high": 2, "low": 1}}
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | space: [] (expected: an object that names parameters)",
        "{} | space: 0 parameters (expected: 1 to 100)",
        "{'x': 1} | space.x: 1 (expected: an object",
        "{'x y': {'type': 'int', 'low': 1, 'high': 2}} | space: parameter 'x y'",
        "{'x': {'low': 1, 'high': 2}} | space.x.type: absent (expected: \"float\"",
        "{'x': {'type': 'real', 'low': 1, 'high': 2}} | space.x.type: \"real\"",
        "{'x': {'type': 'float', 'low': 1}} | space.x.high: absent (expected: a number",
        "{'x': {'type': 'float', 'low': '1', 'high': 2}} | space.x.low: \"1\" (expected: a number",
        "{'x': {'type': 'float', 'low': 0, 'high': 1e400}} | space.x.high:",
        "{'x': {'type': 'float', 'low': 1e-200, 'high': 1}} | space.x.low: 1.0E-200",
        "{'x': {'type': 'float', 'low': 3, 'high': 2}} | space.x: low 3.0, high 2.0 (expected: low at most high)",
        "{'x': {'type': 'float', 'low': 0, 'high': 2, 'log': true}} | space.x.low: 0 (expected: above 0, since log is true)",
        "{'x': {'type': 'float', 'low': 1, 'high': 2, 'log': 1}} | space.x.log: 1 (expected: true or false)",
        "{'x': {'type': 'float', 'low': 1, 'high': 2, 'log': true, 'step': 1}} | space.x.step: 1 (expected: none, since log is true)",
        "{'x': {'type': 'float', 'low': 1, 'high': 2, 'step': 0}} | space.x.step: 0 (expected: above 0)",
        "{'x': {'type': 'float', 'low': 0, 'high': 1, 'step': 1e-12}} | space.x: 1000000000000 steps (expected: at most 1000000000)",
        "{'x': {'type': 'float', 'low': 1, 'high': 1.0000000000000002}} | space.x: 1.0 to 1.0000000000000002 is too narrow",
        "{'x': {'type': 'int', 'low': 1.5, 'high': 2}} | space.x.low: 1.5 (expected: a whole number",
        "{'x': {'type': 'int', 'low': 1, 'high': 9223372036854775807}} | space.x.high:",
        "{'x': {'type': 'int', 'low': 0, 'high': 4, 'log': true}} | space.x.low: 0 (expected: at least 1, since log is true)",
        "{'x': {'type': 'int', 'low': 1, 'high': 4, 'log': true, 'step': 2}} | space.x.step: 2 (expected: 1 or none, since log is true)",
        "{'x': {'type': 'int', 'low': 1, 'high': 4, 'step': 0}} | space.x.step: 0 (expected: at least 1)",
        "{'x': {'type': 'int', 'low': 1, 'high': 4, 'hihg': 3}} | space.x.hihg: unknown (expected: [high, log, low, step, type])",
        "{'x': {'type': 'categorical', 'choices': []}} | space.x.choices: [] (expected: a list of 1 to 1000",
        "{'x': {'type': 'categorical', 'choices': ['1', 1]}} | space.x.choices[1]: 1 (expected: no choice that is written as another is)",
        "{'x': {'type': 'categorical', 'choices': [null]}} | space.x.choices[0]: null (expected: a number",
        "{'x': {'type': 'categorical', 'choices': [[1]]}} | space.x.choices[0]: [1] (expected: a number",
        "{'x': {'type': 'categorical', 'choices': ['a'], 'low': 1}} | space.x.low: unknown",
        "{'x': {'type': 'int', 'low': 1, 'high': 2}, 'x': {'type': 'int', 'low': 1, 'high': 2}} | space: not JSON: Duplicate",
        "{'x': {'type': 'int', 'low': 1, 'high': 2}} {} | space: not JSON",
        "{'x': [[[[[[[[[[1]]]]]]]]]]} | space: not JSON",
        "{'x': NaN} | space: not JSON"
      })
  void refusesByTheFieldsName(String json, String message) {
    assertThatThrownBy(() -> SearchSpace.parse(json.replace('\'', '"')))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsTooMuch() {
    assertThatThrownBy(() ->
            SearchSpace.parse(
                IntStream.range(0, 101)
                    .mapToObj("\"p%d\": {\"type\": \"int\", \"low\": 1, \"high\": 2}"::formatted)
                    .collect(Collectors.joining(",", "{", "}"))))
        .hasMessageContaining("space: 101 parameters (expected: 1 to 100)");
    assertThatThrownBy(() -> SearchSpace.parse(choices("%d", 1_001)))
        .hasMessageContaining("space.x.choices")
        .hasMessageContaining("got 1001");
    assertThat(SearchSpace.parse(choices("%d", 1_000)).parameters().getFirst().count())
        .isEqualTo(1_000);
    assertThatThrownBy(() -> SearchSpace.parse(choices("\"" + "x".repeat(490) + "%d\"", 600)))
        .hasMessageContaining("bytes (expected: at most 262144)");
    assertThatThrownBy(() -> SearchSpace.parse(choices("\"" + "x".repeat(500) + "%d\"", 1)))
        .hasMessageContaining("text of at most 500 characters");
    assertThatThrownBy(() -> SearchSpace.parse("1" + "0".repeat(500)))
        .hasMessageContaining("space: not JSON");
  }

  private static String choices(String form, int count) {
    return IntStream.range(0, count)
        .mapToObj(form::formatted)
        .collect(
            Collectors.joining(",", "{\"x\": {\"type\": \"categorical\", \"choices\": [", "]}}"));
  }
}

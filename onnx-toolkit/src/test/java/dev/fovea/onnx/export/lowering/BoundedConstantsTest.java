package dev.fovea.onnx.export.lowering;

import static dev.fovea.onnx.export.lowering.SmallProgram.floats;
import static dev.fovea.onnx.export.lowering.SmallProgram.ints;
import static dev.fovea.onnx.export.lowering.SmallProgram.longs;
import static dev.fovea.onnx.export.lowering.SmallProgram.of;
import static dev.fovea.onnx.export.lowering.SmallProgram.tensors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.export.program.Argument;
import dev.fovea.onnx.graph.Node;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a small program may ask the exporter to compute: little, and nothing out of range. */
@Timeout(20)
class BoundedConstantsTest {

  @ParameterizedTest
  @ValueSource(strings = {"aten.zeros.default", "aten.ones.default", "aten.empty.memory_format"})
  void refusesConstantsOfAMillionMillionElements(String operator) {
    var program =
        new SmallProgram()
            .call(
                "z",
                floats(1_000_000_000_000L),
                operator,
                Map.of("size", ints(1_000_000_000_000L)));

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning("z"))
        .withMessageContaining("constant of shape [1000000000000]")
        .withMessageContaining("small.py:1");
  }

  @Test
  void refusesFullOfAMillionMillionElements() {
    var program =
        new SmallProgram()
            .call(
                "z",
                floats(1_000_000, 1_000_000),
                "aten.full.default",
                Map.of("size", ints(1_000_000, 1_000_000), "fill_value", of(1)));

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning("z"))
        .withMessageContaining("[1000000, 1000000]");
  }

  @Test
  void refusesShapesWhoseProductOverflows() {
    var program =
        new SmallProgram()
            .call(
                "z",
                floats(1L << 32, 1L << 32),
                "aten.zeros.default",
                Map.of("size", ints(1L << 32, 1L << 32)));

    assertThatExceptionOfType(Inconvertible.class).isThrownBy(() -> program.returning("z"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000_000L, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesMatricesAndLinesOfAnySize(long size) {
    var eye = new SmallProgram().call("e", floats(2, 2), "aten.eye.default", Map.of("n", of(size)));
    var line =
        new SmallProgram()
            .call(
                "l",
                floats(2),
                "aten.linspace.default",
                Map.of("start", of(0), "end", of(1), "steps", of(size)));

    assertThatExceptionOfType(Inconvertible.class).isThrownBy(() -> eye.returning("e"));
    assertThatExceptionOfType(Inconvertible.class).isThrownBy(() -> line.returning("l"));
  }

  @Test
  void refusesManyConstantsThatAddUp() {
    var program = new SmallProgram().input("x", floats(1));
    var sum = "x";
    for (int i = 0; i < 20; i++) {
      program
          .call(
              "f" + i,
              floats(3_000_000),
              "aten.full.default",
              Map.of("size", ints(3_000_000), "fill_value", of(i)))
          .call(
              "s" + i,
              floats(3_000_000),
              "aten.add.Tensor",
              Map.of("self", of(sum), "other", of("f" + i)));
      sum = "s" + i;
    }
    var last = sum;

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning(last))
        .withMessageContaining("134217728 bytes");
  }

  @Test
  void leavesLargeResultsOfConstantsToWhoRunsTheModel() {
    var graph =
        new SmallProgram()
            .call("small", floats(2000, 1), "aten.ones.default", Map.of("size", ints(2000, 1)))
            .call(
                "large",
                floats(2000, 2000),
                "aten.expand.default",
                Map.of("self", of("small"), "size", ints(2000, 2000)))
            .returning("large");

    assertThat(graph.nodes()).extracting(Node::opType).containsExactly("Expand", "Identity");
    assertThat(graph.initializers()).allMatch(each -> each.elements() <= 2000);
  }

  @Test
  void computesWhatIsSmall() {
    var graph =
        new SmallProgram()
            .call("a", floats(3, 1), "aten.ones.default", Map.of("size", ints(3, 1)))
            .call(
                "b",
                floats(1, 2),
                "aten.full.default",
                Map.of("size", ints(1, 2), "fill_value", of(2)))
            .call("c", floats(3, 2), "aten.sub.Tensor", Map.of("self", of("a"), "other", of("b")))
            .returning("c");

    assertThat(graph.nodes()).extracting(Node::opType).containsExactly("Identity");
    assertThat(graph.initializers().getFirst().floats()).containsOnly(-1).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -4, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesIndicesThatAreOutOfRange(long index) {
    Map.<String, Map<String, Argument>>of(
            "aten.index.Tensor", Map.of("self", of("x"), "indices", tensors("i")),
            "aten.index_select.default", Map.of("self", of("x"), "dim", of(0), "index", of("i")),
            "aten.embedding.default", Map.of("weight", of("x"), "indices", of("i")),
            "aten.index_put.default",
                Map.of("self", of("x"), "indices", tensors("i"), "values", of("x")),
            "aten.index_add.default",
                Map.of("self", of("x"), "dim", of(0), "index", of("i"), "source", of("x")))
        .forEach((operator, arguments) -> {
          var program =
              new SmallProgram()
                  .input("x", floats(3, 2))
                  .call(
                      "i",
                      longs(2),
                      "aten.full.default",
                      Map.of("size", ints(2), "fill_value", of(index)))
                  .call("y", floats(2, 2), operator, arguments);

          assertThatExceptionOfType(Inconvertible.class)
              .as(operator)
              .isThrownBy(() -> program.returning("y"))
              .withMessageContaining("takes element %d of an axis of 3".formatted(index));
        });
  }

  @Test
  void refusesSelectionsThatAreOutOfRange() {
    var program =
        new SmallProgram()
            .input("x", floats(3, 2))
            .call(
                "y",
                floats(3, 2),
                "aten.select_scatter.default",
                Map.of("self", of("x"), "src", of("x"), "dim", of(0), "index", of(7)));

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning("y"))
        .withMessageContaining("slice 7 of an axis of 3");
  }
}

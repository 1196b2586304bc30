package dev.fovea.onnx.export.lowering;

import static dev.fovea.onnx.export.lowering.SmallProgram.floats;
import static dev.fovea.onnx.export.lowering.SmallProgram.ints;
import static dev.fovea.onnx.export.lowering.SmallProgram.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fovea.onnx.export.lowering.call.Inconvertible;
import dev.fovea.onnx.export.program.ScalarType;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import dev.fovea.onnx.graph.Node;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory changed in place, as far as it can be followed. */
@Timeout(20)
class ChangedViewsTest {

  @Test
  void writesThroughAViewOfAView() {
    var graph =
        owned(floats(3, 4))
            .call("t", floats(4, 3), "aten.t.default", Map.of("self", of("y")))
            .call(
                "row",
                floats(3),
                "aten.select.int",
                Map.of("self", of("t"), "dim", of(0), "index", of(2)))
            .call("row_", floats(3), "aten.fill_.Scalar", Map.of("self", of("row"), "value", of(5)))
            .returning("y");

    assertThat(graph.nodes())
        .extracting(Node::opType)
        .contains("Transpose", "Concat")
        .endsWith("Transpose", "Identity");
  }

  @Test
  void followsAnyNumberOfViewsWithoutDescending() {
    var program = owned(floats(3));
    int views = 50_000;
    for (int i = 0; i < views; i++) {
      program.call(
          "v" + i,
          floats(3),
          "aten.detach.default",
          Map.of("self", of(i == 0 ? "y" : "v" + (i - 1))));
    }
    program.call("y_", floats(3), "aten.relu_.default", Map.of("self", of("y")));

    var graph = program.returning("v" + (views - 1));

    assertThat(graph.nodes()).extracting(Node::opType).contains("Relu");
  }

  @Test
  void refusesToFollowChangesWithoutEnd() {
    var program = owned(floats(3));
    for (int i = 0; i < 500; i++) {
      program.call(
          "v" + i,
          floats(3),
          "aten.detach.default",
          Map.of("self", of(i == 0 ? "y" : "v" + (i - 1))));
    }
    for (int i = 0; i < 500; i++) {
      program
          .call("c" + i, floats(3), "aten.relu_.default", Map.of("self", of("y")))
          .call("r" + i, floats(3), "aten.neg.default", Map.of("self", of("v499")));
    }

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning("r499"))
        .withMessageContaining("100000 times")
        .satisfies(e -> assertThat(e.remedy()).contains("run_decompositions()"));
  }

  @Test
  void refusesToWriteOneElementThatIsShownManyTimes() {
    var program =
        owned(floats(1, 4))
            .call(
                "wide",
                floats(3, 4),
                "aten.expand.default",
                Map.of("self", of("y"), "size", ints(3, 4)))
            .call("wide_", floats(3, 4), "aten.relu_.default", Map.of("self", of("wide")));

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning("y"))
        .withMessageContaining("repeats elements");
  }

  @Test
  void refusesToGuessWhetherMemoryIsShared() {
    // Height and width depend on the input, so nobody knows whether the elements lie in a row.
    var symbol = new Size.Symbolic("s1");
    var meta =
        new TensorMeta(
            ScalarType.FLOAT32,
            List.of(symbol, new Size.Symbolic("s2")),
            List.of(new Size.Symbolic("s2"), Size.known(1)),
            Size.known(0));
    var program =
        owned(meta)
            .call("same", meta, "aten.contiguous.default", Map.of("self", of("y")))
            .call("same_", meta, "aten.relu_.default", Map.of("self", of("same")));

    assertThat(program.returning("same").nodes()).extracting(Node::opType).contains("Relu");
    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> program.returning("y"))
        .withMessageContaining("changed through another view")
        .satisfies(e -> assertThat(e.remedy()).contains("run_decompositions()"));
  }

  @Test
  void leavesTheArgumentOfACopyAlone() {
    var program =
        owned(floats(3, 4))
            .call("t", floats(4, 3), "aten.t.default", Map.of("self", of("y")))
            .call("copy", floats(4, 3), "aten.clone.default", Map.of("self", of("t")))
            .call("copy_", floats(4, 3), "aten.relu_.default", Map.of("self", of("copy")));

    assertThat(program.returning("y").nodes()).extracting(Node::opType).doesNotContain("Relu");
    assertThat(program.returning("copy").nodes()).extracting(Node::opType).contains("Relu");
  }

  /** {@code y} with memory of its own, made of the input {@code x}. */
  private static SmallProgram owned(TensorMeta meta) {
    return new SmallProgram()
        .input("x", meta)
        .call("y", meta, "aten.abs.default", Map.of("self", of("x")));
  }
}

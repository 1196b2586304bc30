package dev.fovea.onnx.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.PackedSize;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.prune.MagnitudePruning.Scope;
import dev.fovea.onnx.prune.PruningReport.Left;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnitudePruningTest {
  @Test
  void setsTheSmallestOfAllOrOfEachTensorToZero() {
    var model = two(new float[] {1, -2, 3, -4}, new float[] {0.1f, -0.2f, 0.3f, 0.4f});

    var global = MagnitudePruning.prune(model, 0.5, Scope.GLOBAL);
    var each = MagnitudePruning.prune(model, 0.5, Scope.PER_TENSOR);

    assertWeights(global.model(), new float[] {1, -2, 3, -4}, new float[4]);
    assertWeights(each.model(), new float[] {0, 0, 3, -4}, new float[] {0, 0, 0.3f, 0.4f});
    assertThat(global.report().pruned()).isEqualTo(4);
    assertThat(global.report().all()).isEqualTo(8);
    assertThat(global.report().unit()).isEqualTo("weights");
    assertThat(global.model().metadata())
        .containsEntry("fovea.pruning", "magnitude, global: 4 of 8 weights are 0");
    assertThat(global.model().graph().initializer("b"))
        .as("biases stay")
        .isEqualTo(model.graph().initializer("b"));
  }

  @Test
  void ofEqualWeightsTheFirstGoFirst() {
    var model = two(new float[] {1, -1, 1, -1}, new float[] {-1, 1, 1, 2});
    assertWeights(
        MagnitudePruning.prune(model, 0.75, Scope.GLOBAL).model(),
        new float[4],
        new float[] {0, 0, 1, 2});
    assertWeights(
        MagnitudePruning.prune(model, 0.26, Scope.PER_TENSOR).model(),
        new float[] {0, -1, 1, -1},
        new float[] {0, 1, 1, 2});
  }

  @Test
  void zerosOfBeforeCount() {
    var model = two(new float[] {0, -0f, 5, 6}, new float[] {0, 1, 2, 3});
    var pruned = MagnitudePruning.prune(model, 0.25, Scope.GLOBAL);
    assertWeights(pruned.model(), new float[] {0, 0, 5, 6}, new float[] {0, 1, 2, 3});
    assertThat(pruned.report().pruned()).isEqualTo(3);
  }

  /** Beside sorting all of them, which memory would have to hold. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.1, 0.333, 0.5, 0.9, 0.95})
  void setsAsManyToZeroAsSortingWould(double share) {
    for (int seed = 0; seed < 8; seed++) {
      var model = Prunable.of(seed);
      var pruned = MagnitudePruning.prune(model, share, Scope.GLOBAL);
      var before = new ArrayList<Float>();
      double largestGone = 0;
      double smallestLeft = Double.POSITIVE_INFINITY;
      int zeros = 0;
      for (var node : model.graph().nodes()) {
        if (List.of("Conv", "Gemm", "MatMul").contains(node.opType())) {
          var old = model.graph().initializer(node.inputs().get(1)).orElseThrow().floats();
          var now = pruned.model().graph().initializer(node.inputs().get(1)).orElseThrow().floats();
          for (int i = 0; i < old.length; i++) {
            before.add(Math.abs(old[i]));
            if (now[i] == 0) {
              zeros++;
              largestGone = Math.max(largestGone, Math.abs(old[i]));
            } else {
              assertThat(now[i]).isEqualTo(old[i]);
              smallestLeft = Math.min(smallestLeft, Math.abs(old[i]));
            }
          }
        }
      }
      before.sort(null);
      int wanted = (int) Math.floor(share * before.size() + 1e-9);
      assertThat(zeros).isEqualTo(wanted);
      assertThat(pruned.report().all()).isEqualTo(before.size());
      assertThat(largestGone).isLessThanOrEqualTo(smallestLeft);
      if (wanted > 0) {
        assertThat(largestGone).isEqualTo((double) before.get(wanted - 1));
      }
      try (var session = InferenceSession.open(pruned.model(), SessionSettings.defaults())) {
        assertThat(session.outputs()).hasSize(1);
      }
    }
  }

  @Test
  void takesAsMuchRoomAsBeforeAndLessWhereItIsCompressed() {
    var random = new Random(1);
    var values = new float[64 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    var model = two(values, Arrays.copyOf(values, values.length));
    var whole = OnnxWriter.bytes(model);
    var sparse = OnnxWriter.bytes(MagnitudePruning.prune(model, 0.9, Scope.GLOBAL).model());
    assertThat(sparse.length).isBetween(whole.length, whole.length + 100);
    assertThat(PackedSize.of(sparse)).isLessThan(PackedSize.of(whole) / 3);
    assertThat(OnnxReader.read(sparse).graph().initializers()).hasSize(3);
  }

  /** Weights that two convolutions share are pruned for both. */
  @Test
  void prunesSharedWeightsOnceForAll() {
    var pruned = MagnitudePruning.prune(Models.twins(), 0.95, Scope.GLOBAL);
    assertThat(pruned.report().all()).isEqualTo(1);
    assertThat(pruned.report().left()).isEmpty();
    assertThat(pruned.model().graph().initializer("w"))
        .as("0.95 of one weight is none")
        .isEqualTo(Models.twins().graph().initializer("w"));
  }

  @Test
  void leavesWeightsThatSomethingElseReadsOrThatAreFed() {
    var nodes =
        List.of(
            Node.of("fed", "Gemm", List.of("x", "u"), List.of("a")),
            Node.of("both", "Gemm", List.of("a", "w"), List.of("c")),
            Node.of("half", "MatMul", List.of("c", "h"), List.of("d")),
            Node.of("sum", "Add", List.of("d", "w"), List.of("e")),
            Node.of("own", "MatMul", List.of("e", "v"), List.of("y")));
    var graph =
        new Graph(
            "g",
            nodes,
            List.of(
                Tensor.ofFloats("w", List.of(2L, 2L), 1, 2, 3, 4),
                Tensor.ofBytes("h", DataType.FLOAT16, List.of(2L, 2L), new byte[8]),
                Tensor.ofFloats("v", List.of(2L, 2L), 1, 2, 3, 4)),
            List.of(
                ValueInfo.fixed("x", DataType.FLOAT, 2, 2),
                ValueInfo.fixed("u", DataType.FLOAT, 2, 2)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 2, 2)),
            List.of());

    var pruned = MagnitudePruning.prune(Models.of(graph), 0.5, Scope.GLOBAL);

    assertThat(pruned.report().left())
        .containsExactly(
            new Left("Gemm 'fed'", "its weights 'u' are computed or fed"),
            new Left("Gemm 'both'", "something else reads its weights 'w' too"),
            new Left("MatMul 'half'", "its weights 'h' are FLOAT16[2, 2]"));
    assertThat(pruned.model().graph().initializer("w")).isEqualTo(graph.initializer("w"));
    assertThat(pruned.model().graph().initializer("v").orElseThrow().floats())
        .containsExactly(0, 0, 3, 4);
  }

  @Test
  void refusesModelsWithoutWeightsAndWeightsThatAreNotFinite() {
    var sin =
        new Graph(
            "g",
            List.of(Node.of("", "Sin", List.of("x"), List.of("y"))),
            List.of(),
            List.of(Models.image("x", 1)),
            List.of(Models.image("y", 1)),
            List.of());
    assertThatThrownBy(() -> MagnitudePruning.prune(Models.of(sin), 0.5, Scope.GLOBAL))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("model of 1 nodes: none has constant weights of its own in 32 bits");
    var broken = two(new float[] {1, 2, Float.NaN, 3}, new float[4]);
    assertThatThrownBy(() -> MagnitudePruning.prune(broken, 0.5, Scope.PER_TENSOR))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("weights 'w': NaN at element 2 (expected: finite)");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.96, 50, Double.NaN})
  void refusesOtherShares(double share) {
    var model = two(new float[4], new float[4]);
    assertThatThrownBy(() -> MagnitudePruning.prune(model, share, Scope.GLOBAL))
        .isInstanceOf(NotPrunable.class)
        .hasMessageContaining("(expected: 0 to 0.95)");
  }

  private static void assertWeights(OnnxModel model, float[] first, float[] second) {
    assertThat(model.graph().initializer("w").orElseThrow().floats()).containsExactly(first);
    assertThat(model.graph().initializer("v").orElseThrow().floats()).containsExactly(second);
  }

  /** Two products of square matrices, the first with a bias. */
  private static OnnxModel two(float[] first, float[] second) {
    long side = Math.round(Math.sqrt(first.length));
    var bias = new float[(int) side];
    Arrays.fill(bias, 0.001f);
    return Models.of(
        new Graph(
            "two",
            List.of(
                Node.of("one", "Gemm", List.of("x", "w", "b"), List.of("h")),
                Node.of("two", "MatMul", List.of("h", "v"), List.of("y"))),
            List.of(
                Tensor.ofFloats("w", List.of(side, side), first),
                Tensor.ofFloats("b", List.of(side), bias),
                Tensor.ofFloats("v", List.of(side, side), second)),
            List.of(ValueInfo.fixed("x", DataType.FLOAT, 1, side)),
            List.of(ValueInfo.fixed("y", DataType.FLOAT, 1, side)),
            List.of()));
  }
}

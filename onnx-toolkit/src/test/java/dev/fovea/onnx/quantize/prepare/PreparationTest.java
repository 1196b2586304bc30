package dev.fovea.onnx.quantize.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.precision.Parity;
import dev.fovea.onnx.precision.ParityResult;
import dev.fovea.onnx.precision.Tolerance;
import dev.fovea.onnx.quantize.Models;
import dev.fovea.onnx.quantize.RandomModel;
import dev.fovea.onnx.quantize.calibrate.Calibration;
import dev.fovea.onnx.quantize.calibrate.CalibrationMethod;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceFailed;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreparationTest {
  private static final Map<String, FloatTensor> INPUT =
      Map.of("x", FloatTensor.of(new float[] {-1, 0.5f, 2, 7}, 1, 1, 2, 2));

  @Test
  void makesBatchNormalisationPartOfTheConvolution() {
    var model = normalised(Node.of("conv", "Conv", List.of("x", "w", "b"), List.of("c")), "y");

    var prepared = Preparation.prepare(model);

    assertThat(opTypes(prepared)).containsExactly("Conv");
    assertThat(prepared.graph().initializers()).extracting(Tensor::name).containsExactly("w", "b");
    assertThat(prepared.graph().initializer("w").orElseThrow().floats())
        .containsExactly(
            (float) (2 * 3 / Math.sqrt(4 + 1e-5f)), (float) (5 * -1 / Math.sqrt(0.25 + 1e-5f)));
    assertAgreement(model, prepared);
  }

  @Test
  void givesAConvolutionWithoutBiasOne() {
    var model = normalised(Node.of("conv", "Conv", List.of("x", "w"), List.of("c")), "y");

    var prepared = Preparation.prepare(model);

    assertThat(prepared.graph().nodes().getFirst().inputs()).hasSize(3);
    assertAgreement(model, prepared);
  }

  @Test
  void leavesWeightsAloneThatAnotherConvolutionReads() {
    var model = normalised(Node.of("conv", "Conv", List.of("x", "w"), List.of("c")), "n");
    var nodes = new ArrayList<>(model.graph().nodes());
    nodes.add(Node.of("other", "Conv", List.of("x", "w"), List.of("o")));
    nodes.add(Node.of("sum", "Add", List.of("n", "o"), List.of("y")));
    var shared = model.withGraph(model.graph().withNodes(nodes));

    var prepared = Preparation.prepare(shared);

    assertThat(opTypes(prepared)).containsExactly("Conv", "Conv", "Add");
    assertThat(prepared.graph().initializer("w")).isEqualTo(shared.graph().initializer("w"));
    assertAgreement(shared, prepared);
  }

  @Test
  void keepsBatchNormalisationWhoseInputIsReadTwice() {
    var model = normalised(Node.of("conv", "Conv", List.of("x", "w"), List.of("c")), "n");
    var nodes = new ArrayList<>(model.graph().nodes());
    nodes.add(Node.of("sum", "Add", List.of("n", "c"), List.of("y")));

    var prepared = Preparation.prepare(model.withGraph(model.graph().withNodes(nodes)));

    assertThat(opTypes(prepared)).containsExactly("Conv", "BatchNormalization", "Add");
  }

  @Test
  void turnsConstantsIntoInitializersAndDropsIdentities() {
    var weights = Tensor.ofFloats("", List.of(1L, 1L, 1L, 1L), 3);
    var nodes =
        List.of(
            Node.of("k", "Constant", List.of(), List.of("w")).with("value", Attribute.of(weights)),
            Node.of("i", "Identity", List.of("x"), List.of("same")),
            Node.of("conv", "Conv", List.of("same", "w"), List.of("c")),
            Node.of("j", "Identity", List.of("c"), List.of("y")));
    var model =
        Models.of(
            new Graph(
                "g",
                nodes,
                List.of(Tensor.scalar("unused", 1f)),
                List.of(Models.image("x", 1)),
                List.of(Models.image("y", 1)),
                List.of()));

    var prepared = Preparation.prepare(model);

    assertThat(opTypes(prepared)).containsExactly("Conv", "Identity");
    assertThat(prepared.graph().initializers()).containsExactly(weights.named("w"));
    assertAgreement(model, prepared);
  }

  @Test
  void fixesInitializersThatWereInputsOfOldFiles() {
    var weights = Tensor.ofFloats("w", List.of(1L, 1L, 1L, 1L), 3);
    var graph =
        new Graph(
            "old",
            List.of(Node.of("conv", "Conv", List.of("x", "w"), List.of("y"))),
            List.of(weights),
            List.of(Models.image("x", 1), ValueInfo.fixed("w", DataType.FLOAT, 1, 1, 1, 1)),
            List.of(Models.image("y", 1)),
            List.of());
    var old = new OnnxModel(3, Map.of("", 13L), "old", graph, Map.of());

    var prepared = Preparation.prepare(old);

    assertThat(prepared.graph().inputs()).containsExactly(Models.image("x", 1));
    assertThat(prepared.irVersion()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Conv", "BatchNormalization", "Gemm", "Identity", "Constant", "Clip", "MatMul"})
  void leavesItToOnnxRuntimeToRefuseNodesWithoutInputs(String opType) {
    var nodes =
        List.of(
            Node.of("conv", "Conv", List.of("x", "w"), List.of("c")),
            Node.of("broken", opType, List.of(), List.of("b")),
            Node.of("short", opType, List.of("c"), List.of("y")),
            Node.of("blind", opType, List.of("y"), List.of()));
    var model =
        Models.of(
            new Graph(
                "broken",
                nodes,
                List.of(Tensor.ofFloats("w", List.of(), 1)),
                List.of(Models.image("x", 1)),
                List.of(Models.image("y", 1)),
                List.of()));

    assertThatThrownBy(() -> Calibration.collect(model, CalibrationMethod.minMax(), List.of(INPUT)))
        .isInstanceOf(InferenceFailed.class);
  }

  @Test
  void changesNothingTheSecondTime() {
    for (int seed = 0; seed < 20; seed++) {
      var once = Preparation.prepare(RandomModel.of(seed));

      assertThat(Preparation.prepare(once)).isEqualTo(once);
      assertThat(opTypes(once)).doesNotContain("BatchNormalization");
    }
  }

  private static void assertAgreement(OnnxModel before, OnnxModel after) {
    var plain = SessionSettings.defaults().with(Optimisation.NONE);
    try (var expected = InferenceSession.open(before, plain);
        var actual = InferenceSession.open(after, plain)) {
      var result =
          Parity.compare(
              expected.run(INPUT), actual.run(INPUT), new Tolerance(1e-5, 1e-6, 0.999999));
      assertThat(result).as(result.describe()).isInstanceOf(ParityResult.Agree.class);
    }
  }

  private static List<String> opTypes(OnnxModel model) {
    return model.graph().nodes().stream().map(Node::opType).toList();
  }

  /** A convolution from one channel to two, and its batch normalisation. */
  private static OnnxModel normalised(Node convolution, String output) {
    var two = List.of(2L);
    var normalisation =
        Node.of("bn", "BatchNormalization", List.of("c", "g", "s", "m", "v"), List.of(output));
    return Models.of(
        new Graph(
            "normalised",
            List.of(convolution, normalisation),
            List.of(
                Tensor.ofFloats("w", List.of(2L, 1L, 1L, 1L), 2, 5),
                Tensor.ofFloats("b", two, 0.5f, -3),
                Tensor.ofFloats("g", two, 3, -1),
                Tensor.ofFloats("s", two, 0.25f, 10),
                Tensor.ofFloats("m", two, 1, -2),
                Tensor.ofFloats("v", two, 4, 0.25f)),
            List.of(Models.image("x", 1)),
            List.of(Models.image("y", 2)),
            List.of()));
  }
}

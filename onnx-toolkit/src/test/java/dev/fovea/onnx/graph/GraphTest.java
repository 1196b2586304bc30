package dev.fovea.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final Graph SCALE =
      new Graph(
          "scale",
          List.of(
              Node.of("a", "Mul", List.of("x", "weight"), List.of("features")),
              Node.of("b", "Relu", List.of("features"), List.of("y"))),
          List.of(Tensor.ofFloats("weight", List.of(2L), 1, -1)),
          List.of(ValueInfo.fixed("x", DataType.FLOAT, 2)),
          List.of(ValueInfo.fixed("y", DataType.FLOAT, 2)),
          List.of(ValueInfo.fixed("features", DataType.FLOAT, 2)));

  @Test
  void exposesAnIntermediateTensorThatOnnxRuntimeThenReturns() throws Exception {
    var exposed = SCALE.exposing("features");

    assertThat(run(exposed, "features")).containsExactly(3, -4);
    assertThat(run(exposed, "y")).containsExactly(3, 0);
    assertThat(exposed.exposing("features")).isEqualTo(exposed);
    assertThat(SCALE.outputs()).hasSize(1);
  }

  @Test
  void replacesWeightsByName() throws Exception {
    var replaced = SCALE.replacing(Tensor.ofFloats("weight", List.of(2L), 10, 10));

    assertThat(run(replaced, "y")).containsExactly(30, 40);
    assertThat(run(SCALE, "y")).containsExactly(3, 0);
  }

  @Test
  void refusesToReplaceWhatIsNotThereOrHasAnotherForm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SCALE.replacing(Tensor.ofFloats("bias", List.of(2L), 1, 1)))
        .withMessageContaining("bias");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SCALE.replacing(Tensor.ofFloats("weight", List.of(1L), 1)))
        .withMessageContaining("FLOAT[1] (expected: FLOAT[2])");
  }

  @Test
  void refusesToExposeWhatNoNodeDefines() {
    assertThatIllegalArgumentException().isThrownBy(() -> SCALE.exposing("nothing"));
    assertThatIllegalArgumentException().isThrownBy(() -> SCALE.exposing("x"));
  }

  @Test
  void findsProducersAndConsumers() {
    assertThat(SCALE.producerOf("features").orElseThrow().name()).isEqualTo("a");
    assertThat(SCALE.producerOf("weight")).isEmpty();
    assertThat(SCALE.consumersOf("features")).extracting(Node::name).containsExactly("b");
  }

  @Test
  void tensorsRefuseDataOfAnotherLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tensor("t", DataType.FLOAT, List.of(3L), ByteBuffer.allocate(8)))
        .withMessage("tensor 't' FLOAT[3]: 8 bytes (expected: 12)");
    assertThat(new Tensor("t", DataType.INT4, List.of(3L), ByteBuffer.allocate(2)).elements())
        .isEqualTo(3);
  }

  private static float[] run(Graph graph, String output) throws Exception {
    var bytes = OnnxWriter.bytes(new OnnxModel(9, Map.of("", 20L), "", graph, Map.of()));
    var environment = OrtEnvironment.getEnvironment();
    try (var session = environment.createSession(bytes);
        var x = OnnxTensor.createTensor(environment, new float[] {3, 4});
        var result = session.run(Map.of("x", x))) {
      return (float[]) result.get(output).orElseThrow().getValue();
    }
  }
}

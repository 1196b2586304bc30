package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.OrtOptimiser;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightOnlyTest {
  private static final Map<String, Integer> AXES = Map.of("w1", 0, "w2", 1, "w3", 0, "w4", 1);

  /**
   * The weights that the runtime computes with are bit by bit those that are rounded here; of the
   * outputs the last bits may differ, since it sums constants in another order.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void computesInFloatWithWeightsRoundedByOutputChannel(long seed) {
    var model = model(seed);
    var graph = model.graph();
    for (var weights : graph.initializers()) {
      if (AXES.containsKey(weights.name())) {
        graph = graph.replacing(rounded(weights, requireNonNull(AXES.get(weights.name()))));
      }
    }

    var rounded = graph;
    var quantized = WeightOnly.quantize(model).model();

    assertThat(OnnxReader.read(OnnxWriter.bytes(quantized))).isEqualTo(quantized);
    assertThat(quantized.graph().initializers())
        .filteredOn(each -> each.type() == DataType.INT8)
        .hasSize(4);
    AXES.keySet()
        .forEach(name -> {
          var output = name + "_DequantizeLinear_Output";
          var exposed =
              quantized.graph().exposing(new ValueInfo(output, DataType.FLOAT, List.of()));
          assertThat(
                  run(quantized.withGraph(exposed), input(seed), output, Optimisation.NONE).data())
              .isEqualTo(turned(rounded.initializer(name).orElseThrow()));
        });
    assertThat(OrtOptimiser.optimise(quantized, Optimisation.ALL).graph().nodes())
        .extracting(Node::opType)
        .doesNotContain("MatMulNBits");
    for (int i = 0; i < 4; i++) {
      var input = input(seed * 10 + i);
      for (var optimisation : Optimisation.values()) {
        var expected = run(model.withGraph(rounded), input, "y", optimisation).data();
        var actual = run(quantized, input, "y", optimisation).data();
        assertThat(SignalToNoise.decibels(expected, actual)).isGreaterThan(120);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
  void keepsWhatNetworksOfAnyShapeCompute(long seed) {
    var model = RandomModel.of(seed);
    var inputs = IntStream.range(0, 8).mapToObj(ReferenceModel::randomInput).toList();

    var quantized = WeightOnly.quantize(model);

    assertThat(Measured.of(model, quantized.model(), inputs).decibels()).isGreaterThan(30);
    assertThat(quantized.report().bytesAfter()).isLessThan(quantized.report().bytesBefore());
  }

  @Test
  void leavesWeightsThatAreReadOtherwiseOrWouldGrow() {
    var shared =
        model(
            List.of(
                Node.of("c", "Conv", List.of("x", "w"), List.of("c")),
                Node.of("a", "Add", List.of("w", "w"), List.of("a")),
                Node.of("d", "Conv", List.of("c", "tiny"), List.of("d")),
                Node.of("e", "Conv", List.of("d", "wide"), List.of("y"))),
            random(1, "w", 8, 3, 3, 3),
            random(2, "tiny", 8, 1, 1, 1),
            random(3, "wide", 8, 8, 3, 3));
    var grouped =
        shared.withGraph(
            shared
                .graph()
                .withNodes(
                    shared.graph().nodes().stream()
                        .map(node ->
                            node.name().equals("d") ? node.with("group", Attribute.of(8)) : node)
                        .toList()));

    var quantized = WeightOnly.quantize(grouped);

    assertThat(quantized.model().graph().initializers())
        .filteredOn(each -> each.type() == DataType.INT8)
        .extracting(Tensor::name)
        .containsExactly("wide_quantized");
    assertThat(quantized.report().inFloat())
        .filteredOn(each -> each.reason().contains("INT8"))
        .extracting(NodeOutcome.InFloat::node)
        .containsExactly("e");
  }

  @Test
  void refusesWhatHasNoWeightsOrBrokenOnes() {
    var none = model(List.of(Node.of("s", "Sin", List.of("x"), List.of("y"))));
    var broken =
        model(
            List.of(Node.of("c", "Conv", List.of("x", "w"), List.of("y"))),
            Tensor.ofFloats("w", List.of(1L, 3L, 1L, 2L), 1, 2, Float.NaN, 4, 5, 6));

    assertThatThrownBy(() -> WeightOnly.quantize(none))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("no constant weights");
    assertThatThrownBy(() -> WeightOnly.quantize(broken))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("NaN at element 2");
    assertThatThrownBy(() -> WeightOnly.quantize(WeightOnly.quantize(model(1)).model()))
        .isInstanceOf(NotQuantizable.class)
        .hasMessageContaining("expected: a float model");
  }

  private static FloatTensor run(
      OnnxModel model, Map<String, FloatTensor> input, String output, Optimisation optimisation) {
    try (var session =
        InferenceSession.open(model, SessionSettings.defaults().with(optimisation))) {
      return requireNonNull(session.run(input).get(output));
    }
  }

  /** By the rule itself: 127 steps to the largest weight of a channel, ties to even. */
  private static Tensor rounded(Tensor weights, int axis) {
    var values = weights.floats();
    int channels = Math.toIntExact(weights.shape().get(axis));
    int inner = 1;
    for (int i = axis + 1; i < weights.shape().size(); i++) {
      inner *= Math.toIntExact(weights.shape().get(i));
    }
    var largest = new float[channels];
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner % channels;
      largest[channel] = Math.max(largest[channel], Math.abs(values[i]));
    }
    for (int i = 0; i < values.length; i++) {
      float scale = largest[i / inner % channels] / 127;
      values[i] = scale == 0 ? 0 : (int) Math.rint(values[i] / scale) * scale;
    }
    return Tensor.ofFloats(weights.name(), weights.shape(), values);
  }

  /** The elements with the output channels in front. */
  private static float[] turned(Tensor weights) {
    var values = weights.floats();
    if (AXES.get(weights.name()) == 0) {
      return values;
    }
    int columns = Math.toIntExact(weights.shape().get(1));
    int rows = values.length / columns;
    var turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % columns * rows + i / columns] = values[i];
    }
    return turned;
  }

  private static Map<String, FloatTensor> input(long seed) {
    var random = new Random(seed);
    var data = new float[3 * 6 * 6];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return Map.of("x", FloatTensor.of(data, 1, 3, 6, 6));
  }

  /** One of each kind of weights, each with its own axis of output channels; one channel silent. */
  private static OnnxModel model(long seed) {
    var silent = random(seed, "w1", 5, 3, 3, 3);
    var values = silent.floats();
    Arrays.fill(values, 0, 27, 0);
    return model(
        List.of(
            Node.of("conv", "Conv", List.of("x", "w1", "b1"), List.of("c")),
            Node.of("relu", "Relu", List.of("c"), List.of("r")),
            Node.of("flat", "Flatten", List.of("r"), List.of("f")),
            Node.of("gemm", "Gemm", List.of("f", "w2"), List.of("g")),
            Node.of("gemmT", "Gemm", List.of("g", "w3"), List.of("h"))
                .with("transB", Attribute.of(1)),
            Node.of("matmul", "MatMul", List.of("h", "w4"), List.of("y"))),
        Tensor.ofFloats("w1", silent.shape(), values),
        random(seed + 1, "b1", 5),
        random(seed + 2, "w2", 80, 16),
        random(seed + 3, "w3", 12, 16),
        random(seed + 4, "w4", 12, 7));
  }

  private static Tensor random(long seed, String name, long... shape) {
    var random = new Random(seed * 31 + name.hashCode());
    int elements = 1;
    var sizes = new ArrayList<Long>();
    for (long size : shape) {
      elements *= (int) size;
      sizes.add(size);
    }
    var values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(name, sizes, values);
  }

  private static OnnxModel model(List<Node> nodes, Tensor... weights) {
    return Models.of(
        new Graph(
            "weights",
            nodes,
            List.of(weights),
            List.of(Models.image("x", 3)),
            List.of(new ValueInfo("y", DataType.FLOAT, List.of())),
            List.of()));
  }
}

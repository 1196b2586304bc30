package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.pipelines.retrain.SoftmaxRegression.Weights;
import java.util.List;

/**
 * The last linear layer of a model: a Gemm whose result is the model's first output, with its
 * weights and biases as constants of its own.
 *
 * @param features the name of the tensor that it reads
 * @param transposed whether the matrix has one row a class ({@code transB})
 */
record Head(OnnxModel model, String features, Tensor matrix, Tensor bias, boolean transposed) {
  private static final String FIX =
      "end the model with a linear layer (nn.Linear) whose result is returned as it is, or train it by a command of your own";

  /**
   * Finds it.
   *
   * @throws InvalidRequest saying what stands in its place
   */
  static Head of(OnnxModel model) {
    var graph = model.graph();
    var last = producer(graph, graph.outputs().getFirst().name());
    // An exporter gives outputs their names by an Identity at the end.
    while (last.opType().equals("Identity")) {
      last = producer(graph, last.inputs().getFirst());
    }
    if (!last.opType().equals("Gemm") || last.inputs().size() != 3) {
      throw refused(
          "its last operator is %s with %d inputs".formatted(last.opType(), last.inputs().size()));
    }
    requirePlain(last);
    var features = last.inputs().getFirst();
    if (graph.producerOf(features).isEmpty()) {
      throw refused("the last layer reads the input itself");
    }
    return new Head(
        model,
        features,
        constant(model, last, 1),
        constant(model, last, 2),
        last.intAttribute("transB").orElse(0) == 1);
  }

  private static Node producer(Graph graph, String tensor) {
    return graph
        .producerOf(tensor)
        .orElseThrow(() -> refused("its output '%s' is computed by nothing".formatted(tensor)));
  }

  int classes() {
    return Math.toIntExact(matrix.shape().get(transposed ? 0 : 1));
  }

  int width() {
    return Math.toIntExact(matrix.shape().get(transposed ? 1 : 0));
  }

  /** The layer's numbers, one row a class. */
  Weights weights() {
    var values = matrix.floats();
    var biases = bias.floats();
    var weights = new Weights(new double[classes()][width()], new double[classes()]);
    for (int c = 0; c < classes(); c++) {
      weights.bias()[c] = biases[c];
      for (int d = 0; d < width(); d++) {
        weights.matrix()[c][d] = values[at(c, d)];
      }
    }
    return weights;
  }

  /** The model with other numbers in the layer, rounded to 32 bits. */
  OnnxModel with(Weights weights) {
    var values = new float[classes() * width()];
    var biases = new float[classes()];
    for (int c = 0; c < classes(); c++) {
      biases[c] = (float) weights.bias()[c];
      for (int d = 0; d < width(); d++) {
        values[at(c, d)] = (float) weights.matrix()[c][d];
      }
    }
    var graph =
        model
            .graph()
            .replacing(Tensor.ofFloats(matrix.name(), matrix.shape(), values))
            .replacing(Tensor.ofFloats(bias.name(), bias.shape(), biases));
    return model.withGraph(graph);
  }

  /** The model with what the layer reads as one more output. */
  OnnxModel exposed() {
    var shape = List.of(Dimension.unknown(), Dimension.fixed(width()));
    return model.withGraph(model.graph().exposing(new ValueInfo(features, DataType.FLOAT, shape)));
  }

  private int at(int c, int d) {
    return transposed ? c * width() + d : d * classes() + c;
  }

  private static void requirePlain(Node gemm) {
    for (var name : List.of("alpha", "beta")) {
      var value = gemm.attribute(name);
      if (value.isPresent() && !value.get().equals(Attribute.of(1f))) {
        throw refused("its last Gemm has %s = %s (expected: 1)".formatted(name, value.get()));
      }
    }
    if (gemm.intAttribute("transA").orElse(0) != 0) {
      throw refused("its last Gemm has transA = 1 (expected: 0)");
    }
  }

  private static Tensor constant(OnnxModel model, Node gemm, int input) {
    var name = gemm.inputs().get(input);
    var tensor =
        model
            .graph()
            .initializer(name)
            .orElseThrow(
                () -> refused("input '%s' of its last Gemm is no constant".formatted(name)));
    if (tensor.type() != DataType.FLOAT || tensor.shape().size() != 3 - input) {
      throw refused(
          "input '%s' of its last Gemm is %s%s".formatted(name, tensor.type(), tensor.shape()));
    }
    if (model.graph().consumersOf(name).size() != 1) {
      throw refused("input '%s' of its last Gemm is used elsewhere too".formatted(name));
    }
    return tensor;
  }

  private static InvalidRequest refused(String what) {
    return new InvalidRequest("the model has no head that can be fitted again: " + what, FIX);
  }
}

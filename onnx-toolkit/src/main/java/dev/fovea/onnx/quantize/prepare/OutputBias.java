package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a node's output channels get a constant each.
 *
 * @param product the {@code Conv}, {@code Gemm} or {@code MatMul} with the weights
 * @param adding the node that has the constant; the same but for a {@code MatMul}
 * @param input the constant's place among the inputs of that node
 * @param channels how many; the constant has as many elements, or is absent
 */
public record OutputBias(Node product, Node adding, int input, int channels) {

  /** Empty if the node has no weights, or its bias is computed or not one number a channel. */
  public static Optional<OutputBias> of(
      Node node, Graph graph, Constants constants, TensorUses uses) {
    boolean isProduct =
        Preparation.is(node, "Conv")
            || Preparation.is(node, "Gemm")
            || Preparation.is(node, "MatMul");
    if (!isProduct) {
      return Optional.empty();
    }
    var weights = constants.findFloats(Preparation.input(node, 1));
    boolean isMatrix = weights.filter(each -> each.shape().size() == 2).isPresent();
    if (weights.isEmpty() || (!isMatrix && !Preparation.is(node, "Conv"))) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(weights.get().shape().get(axis(node)));
    if (Preparation.is(node, "MatMul")) {
      return addedTo(node, channels, graph, constants, uses);
    }
    var name = Preparation.input(node, 2);
    boolean scaled =
        node.attribute("beta").orElse(null) instanceof FloatAttribute(float beta) && beta != 1;
    boolean fits = name.isEmpty() || isRow(constants.findFloats(name), channels);
    return fits && !scaled
        ? Optional.of(new OutputBias(node, node, 2, channels))
        : Optional.empty();
  }

  /** The {@code Add} of a constant after a {@code MatMul}, if nobody else sees the product. */
  private static Optional<OutputBias> addedTo(
      Node product, int channels, Graph graph, Constants constants, TensorUses uses) {
    var output = Preparation.output(product);
    if (uses.of(output) != 1) {
      return Optional.empty();
    }
    for (var reader : graph.consumersOf(output)) {
      if (Preparation.is(reader, "Add")) {
        int input = reader.inputs().getFirst().equals(output) ? 1 : 0;
        return isRow(constants.findFloats(reader.inputs().get(input)), channels)
            ? Optional.of(new OutputBias(product, reader, input, channels))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isRow(Optional<Tensor> bias, int channels) {
    return bias.filter(each -> each.elements() == channels)
        .filter(each -> each.shape().isEmpty() || each.shape().getLast() == channels)
        .isPresent();
  }

  /** The axis of the output channels in a product's weights. */
  private static int axis(Node product) {
    return switch (product.opType()) {
      case "Conv" -> 0;
      case "Gemm" -> product.intAttribute("transB").orElse(0) == 0 ? 1 : 0;
      default -> 1;
    };
  }

  /** The axis of the output channels in the product's weights. */
  public int axis() {
    return axis(product);
  }

  /** The tensor that has the constant in it. */
  public String output() {
    return Preparation.output(adding);
  }

  /** What is added now; zeros where there is no constant. */
  public float[] values(Constants constants) {
    return constants
        .find(Preparation.input(adding, input))
        .map(Tensor::floats)
        .orElseGet(() -> new float[channels]);
  }

  /**
   * A graph that adds other constants, each with a name of its own, since others may read the old
   * one.
   *
   * @param biases as many values as there are channels
   */
  public static Graph written(Graph graph, Map<OutputBias, float[]> biases) {
    var constants = new Constants(graph);
    var names = new FreshNames(TensorUses.definedIn(graph));
    var initializers = new ArrayList<>(graph.initializers());
    var nodes = new ArrayList<>(graph.nodes());
    biases.forEach((bias, values) -> {
      var old = constants.find(Preparation.input(bias.adding(), bias.input()));
      var wanted = old.map(Tensor::name).orElse(Preparation.output(bias.product()) + "_bias");
      var name = names.take(wanted + "_corrected");
      var shape = old.map(Tensor::shape).orElseGet(() -> List.of((long) bias.channels()));
      initializers.add(Tensor.ofFloats(name, shape, values));
      var inputs = new ArrayList<>(bias.adding().inputs());
      while (inputs.size() <= bias.input()) {
        inputs.add("");
      }
      inputs.set(bias.input(), name);
      nodes.set(nodes.indexOf(bias.adding()), bias.adding().withInputs(inputs));
    });
    return TensorUses.withoutUnusedInitializers(
        graph.withNodes(nodes).withInitializers(initializers));
  }
}

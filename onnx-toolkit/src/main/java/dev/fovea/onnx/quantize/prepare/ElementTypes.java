package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.Attribute.IntAttribute;
import dev.fovea.onnx.graph.Attribute.TensorAttribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The element type of each tensor: declared, or by the rule that most of ONNX's operators give the
 * type of their first input. Tensors of foreign operators and of subgraph operators have no known
 * type unless the model declares it.
 */
public final class ElementTypes {
  private static final Set<String> INT64 =
      Set.of("ArgMax", "ArgMin", "NonMaxSuppression", "NonZero", "Shape", "Size");
  private static final Set<String> BOOL =
      Set.of(
          "And",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "IsInf",
          "IsNaN",
          "Less",
          "LessOrEqual",
          "Not",
          "Or",
          "Xor");
  private static final Set<String> UNKNOWN =
      Set.of(
          "Bernoulli",
          "EyeLike",
          "If",
          "Loop",
          "Multinomial",
          "OneHot",
          "QuantizeLinear",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Scan");

  private final Map<String, DataType> types = new HashMap<>();

  public ElementTypes(Graph graph) {
    graph.inputs().forEach(each -> types.put(each.name(), each.type()));
    graph.initializers().forEach(each -> types.put(each.name(), each.type()));
    graph.valueInfos().forEach(each -> types.put(each.name(), each.type()));
    graph.outputs().forEach(each -> types.put(each.name(), each.type()));
    for (var node : graph.nodes()) {
      for (int i = 0; i < node.outputs().size(); i++) {
        var output = node.outputs().get(i);
        if (!types.containsKey(output)) {
          inferred(node, i).ifPresent(type -> types.put(output, type));
        }
      }
    }
  }

  /** The type of a tensor, if it is known. */
  public Optional<DataType> of(String tensor) {
    return Optional.ofNullable(types.get(tensor));
  }

  private Optional<DataType> inferred(Node node, int output) {
    if (!node.domain().isEmpty() || UNKNOWN.contains(node.opType())) {
      return Optional.empty();
    }
    if (INT64.contains(node.opType())) {
      return Optional.of(DataType.INT64);
    }
    if (BOOL.contains(node.opType())) {
      return Optional.of(DataType.BOOL);
    }
    return switch (node.opType()) {
      case "Cast" ->
          node.attribute("to").orElse(null) instanceof IntAttribute(long code)
              ? DataType.of(code)
              : Optional.empty();
      case "ConstantOfShape" ->
          node.attribute("value").orElse(null) instanceof TensorAttribute(Tensor value)
              ? Optional.of(value.type())
              : Optional.of(DataType.FLOAT);
      // The second result is a position in each of these.
      case "MaxPool", "TopK", "Unique" ->
          output == 0 ? input(node, 0) : Optional.of(DataType.INT64);
      case "Dropout" -> output == 0 ? input(node, 0) : Optional.of(DataType.BOOL);
      case "DequantizeLinear", "Where" -> input(node, 1);
      default -> input(node, 0);
    };
  }

  private Optional<DataType> input(Node node, int index) {
    return index < node.inputs().size() ? of(node.inputs().get(index)) : Optional.empty();
  }
}

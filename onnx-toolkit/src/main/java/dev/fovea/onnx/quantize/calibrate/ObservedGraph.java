package dev.fovea.onnx.quantize.calibrate;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Dimension;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.ValueInfo;
import dev.fovea.onnx.quantize.integers.OperatorRule;
import dev.fovea.onnx.quantize.prepare.ElementTypes;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * A graph that also gives out some of its computed float tensors. Each is flattened, so that its
 * output can be declared without its rank, which need not be known.
 *
 * @param tensors name of the tensor by the name of its flattened output
 */
public record ObservedGraph(Graph graph, Map<String, String> tensors) {

  /** Gives out each computed float tensor that could be quantised. */
  public static ObservedGraph of(Graph graph) {
    return of(graph, computedFloats(graph));
  }

  /** Gives out these tensors, which nodes of the graph compute. */
  public static ObservedGraph of(Graph graph, Collection<String> wanted) {
    var names = new FreshNames(TensorUses.definedIn(graph));
    var tensors = new LinkedHashMap<String, String>();
    var nodes = new ArrayList<>(graph.nodes());
    var outputs = new ArrayList<>(graph.outputs());
    for (var tensor : wanted) {
      var flat = names.take(tensor + "_values");
      tensors.put(flat, tensor);
      nodes.add(
          Node.of("", "Flatten", List.of(tensor), List.of(flat)).with("axis", Attribute.of(0)));
      var shape = List.of(Dimension.fixed(1), Dimension.unknown());
      outputs.add(new ValueInfo(flat, DataType.FLOAT, shape));
    }
    var observed =
        new Graph(
            graph.name(), nodes, graph.initializers(), graph.inputs(), outputs, graph.valueInfos());
    return new ObservedGraph(observed, tensors);
  }

  private static List<String> computedFloats(Graph graph) {
    var types = new ElementTypes(graph);
    var uses = new TensorUses(graph);
    var candidates = new LinkedHashSet<String>();
    var computed = new HashSet<String>();
    for (var node : graph.nodes()) {
      computed.addAll(node.outputs());
      if (node.domain().isEmpty() && OperatorRule.of(node.opType()).isPresent()) {
        candidates.addAll(node.inputs());
        candidates.addAll(node.outputs());
      }
    }
    return candidates.stream()
        // An operator may leave out a result that nobody uses.
        .filter(tensor -> computed.contains(tensor) && uses.of(tensor) > 0)
        .filter(tensor -> types.of(tensor).filter(type -> type == DataType.FLOAT).isPresent())
        .toList();
  }
}

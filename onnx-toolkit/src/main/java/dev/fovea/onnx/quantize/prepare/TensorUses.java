package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who uses a tensor: nodes, the graph's outputs, and nodes of subgraphs, which see outer names. */
public final class TensorUses {
  private final Map<String, Integer> counts = new HashMap<>();
  private final Set<String> nested = new HashSet<>();
  private final Set<String> outputs = new HashSet<>();

  public TensorUses(Graph graph) {
    graph.outputs().forEach(output -> outputs.add(output.name()));
    outputs.forEach(this::count);
    count(graph.nodes(), false);
  }

  /** Uses by nodes at any depth and by the graph's outputs. */
  public int of(String tensor) {
    return counts.getOrDefault(tensor, 0);
  }

  public boolean isOutput(String tensor) {
    return outputs.contains(tensor);
  }

  /** Whether a subgraph reads the tensor by its name, so that the name must stay. */
  public boolean isNested(String tensor) {
    return nested.contains(tensor);
  }

  /** This graph without initializers that nobody uses. */
  public static Graph withoutUnusedInitializers(Graph graph) {
    var uses = new TensorUses(graph);
    return graph.withInitializers(
        graph.initializers().stream().filter(each -> uses.of(each.name()) > 0).toList());
  }

  /** Every name that a graph or one of its subgraphs defines. */
  public static Set<String> definedIn(Graph graph) {
    var names = new HashSet<String>();
    graph.inputs().stream().map(ValueInfo::name).forEach(names::add);
    graph.initializers().stream().map(Tensor::name).forEach(names::add);
    for (var node : graph.nodes()) {
      names.addAll(node.outputs());
      for (var attribute : node.attributes().values()) {
        if (attribute instanceof GraphAttribute(Graph subgraph)) {
          names.addAll(definedIn(subgraph));
        }
      }
    }
    return names;
  }

  private void count(List<Node> nodes, boolean inside) {
    for (var node : nodes) {
      for (var input : node.inputs()) {
        count(input);
        if (inside) {
          nested.add(input);
        }
      }
      for (var attribute : node.attributes().values()) {
        if (attribute instanceof GraphAttribute(Graph subgraph)) {
          subgraph
              .outputs()
              .forEach(output -> {
                count(output.name());
                nested.add(output.name());
              });
          count(subgraph.nodes(), true);
        }
      }
    }
  }

  private void count(String tensor) {
    counts.merge(tensor, 1, Integer::sum);
  }
}

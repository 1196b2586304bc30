package dev.fovea.onnx.export.lowering.emission;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts the emitted nodes together: without those nobody needs, with the constants they use. */
public final class Assembly {
  private Assembly() {}

  public static Graph assemble(
      String name,
      Emission emit,
      List<ValueInfo> inputs,
      List<ValueInfo> outputs,
      Map<String, ValueInfo> values) {
    var needed =
        outputs.stream().map(ValueInfo::name).collect(Collectors.toCollection(HashSet::new));
    var nodes = needed(emit.nodes(), needed);
    var initializers = new LinkedHashMap<String, Tensor>();
    var same = new IdentityHashMap<Tensor, String>();
    var renamed = new HashMap<String, String>();
    for (var node : nodes) {
      for (var input : node.inputs()) {
        if (!initializers.containsKey(input) && !renamed.containsKey(input)) {
          emit.constants()
              .find(input)
              .ifPresent(tensor -> {
                var first = same.putIfAbsent(tensor, input);
                if (first == null) {
                  initializers.put(input, tensor.named(input));
                } else {
                  // Tied weights are one tensor of the archive, so they are one here too.
                  renamed.put(input, first);
                }
              });
        }
      }
    }
    var outputNames = outputs.stream().map(ValueInfo::name).collect(Collectors.toSet());
    return new Graph(
        name,
        nodes.stream().map(node -> renamed(node, renamed)).toList(),
        List.copyOf(initializers.values()),
        inputs,
        outputs,
        intermediate(values.values(), nodes, outputNames));
  }

  /** The nodes that contribute to what is needed, found from the end. */
  private static List<Node> needed(List<Node> nodes, Set<String> needed) {
    var kept = new ArrayList<Node>();
    for (var node : nodes.reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(node.inputs());
        kept.add(node);
      }
    }
    return kept.reversed();
  }

  private static Node renamed(Node node, Map<String, String> renamed) {
    return renamed.isEmpty()
        ? node
        : node.withInputs(
            node.inputs().stream().map(input -> renamed.getOrDefault(input, input)).toList());
  }

  private static List<ValueInfo> intermediate(
      Collection<ValueInfo> values, List<Node> nodes, Set<String> outputs) {
    var defined =
        nodes.stream().flatMap(node -> node.outputs().stream()).collect(Collectors.toSet());
    return values.stream()
        .filter(value -> defined.contains(value.name()) && !outputs.contains(value.name()))
        .toList();
  }
}

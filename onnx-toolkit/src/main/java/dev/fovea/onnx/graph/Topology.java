package dev.fovea.onnx.graph;

import dev.fovea.kernel.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * ONNX's rules about names: each tensor is defined once, and before it is used. Forward references
 * and cycles fail by the second rule.
 */
final class Topology {
  private Topology() {}

  /**
   * @throws UnreadableOnnx naming the first tensor that breaks a rule
   */
  static void check(Graph graph) {
    check(graph, new HashSet<>());
  }

  /** Checks a graph that may use the {@code visible} names; leaves them as they were. */
  private static void check(Graph graph, Set<String> visible) {
    var own = new HashSet<String>();
    var inputs = new HashSet<String>();
    for (var input : graph.inputs()) {
      define(input.name(), own, visible);
      inputs.add(input.name());
    }
    for (var initializer : graph.initializers()) {
      // An initializer of an input's name is that input's default value: before IR 4 all are.
      if (!inputs.remove(initializer.name())) {
        define(initializer.name(), own, visible);
      }
    }
    for (var node : graph.nodes()) {
      use(
          node.inputs(),
          visible,
          "node '%s' (%s)".formatted(Text.excerpt(node.name()), node.opType()));
      for (var attribute : node.attributes().values()) {
        if (attribute instanceof Attribute.GraphAttribute(Graph subgraph)) {
          check(subgraph, visible);
        }
      }
      for (var output : node.outputs()) {
        if (!output.isEmpty()) {
          define(output, own, visible);
        }
      }
    }
    use(graph.outputs().stream().map(ValueInfo::name).toList(), visible, "the graph's outputs");
    visible.removeAll(own);
  }

  private static void define(String name, Set<String> own, Set<String> visible) {
    if (name.isEmpty()) {
      throw UnreadableOnnx.malformed("an input or initializer has no name");
    }
    if (!visible.add(name)) {
      throw UnreadableOnnx.malformed("tensor '%s' is defined twice", Text.excerpt(name));
    }
    own.add(name);
  }

  private static void use(List<String> names, Set<String> visible, String user) {
    for (var name : names) {
      if (!name.isEmpty() && !visible.contains(name)) {
        throw UnreadableOnnx.malformed(
            "%s uses tensor '%s' before it is defined", user, Text.excerpt(name));
      }
    }
  }
}

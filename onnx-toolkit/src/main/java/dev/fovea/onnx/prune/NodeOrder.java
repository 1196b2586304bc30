package dev.fovea.onnx.prune;

import dev.fovea.onnx.graph.Graph;
import java.util.HashSet;

/** The order that channels are followed in: each tensor is defined once, before it is read. */
final class NodeOrder {
  private NodeOrder() {}

  /**
   * Checks it.
   *
   * @throws NotPrunable where the nodes are in no order, as in a cycle, or a tensor is defined
   *     twice
   */
  static void require(Graph graph) {
    var defined = new HashSet<String>();
    defined.add("");
    graph.inputs().forEach(each -> defined.add(each.name()));
    graph.initializers().forEach(each -> defined.add(each.name()));
    for (var node : graph.nodes()) {
      for (var input : node.inputs()) {
        if (!defined.contains(input)) {
          throw new NotPrunable(
              "%s reads tensor '%s' before it is defined (expected: nodes in order, without a cycle)"
                  .formatted(Filters.words(node), input),
              "Write the model's nodes in the order in which they compute.");
        }
      }
      for (var output : node.outputs()) {
        if (!output.isEmpty() && !defined.add(output)) {
          throw new NotPrunable(
              "%s defines tensor '%s', which is there already (expected: each once)"
                  .formatted(Filters.words(node), output),
              "Give every tensor of the model a name of its own.");
        }
      }
    }
  }
}

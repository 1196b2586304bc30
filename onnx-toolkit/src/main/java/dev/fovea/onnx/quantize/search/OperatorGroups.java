package dev.fovea.onnx.quantize.search;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.quantize.NodeOutcome;
import dev.fovea.onnx.quantize.QuantizationReport;
import dev.fovea.onnx.quantize.integers.OperatorRule;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what of a model can stay in float on its own. */
final class OperatorGroups {
  /** The operator of the group that each tensor is of, by its first output. */
  private final Map<String, String> ofTensors = new HashMap<>();

  private final Map<String, Node> operators = new LinkedHashMap<>();
  private final Map<String, Set<String>> members = new HashMap<>();
  private final Map<String, Set<String>> readers = new HashMap<>();
  private final Constants constants;

  private OperatorGroups(OnnxModel prepared) {
    constants = new Constants(prepared.graph());
  }

  /**
   * The groups of a model, in the order of its nodes.
   *
   * @param prepared the model after {@link Preparation}
   * @param report of the model with all in INT8 that can be
   */
  static List<OperatorGroup> of(OnnxModel prepared, QuantizationReport report) {
    var integers = new HashSet<String>();
    for (var outcome : report.nodes()) {
      if (!(outcome instanceof NodeOutcome.InFloat)) {
        integers.add(outcome.output());
      }
    }
    var groups = new OperatorGroups(prepared);
    for (var node : prepared.graph().nodes()) {
      if (integers.contains(Preparation.output(node))) {
        groups.add(node);
      }
    }
    return groups.found();
  }

  private void add(Node node) {
    var output = Preparation.output(node);
    var before = ofTensors.get(Preparation.input(node, 0));
    var operator = before != null && follows(node) ? before : output;
    if (operator.equals(output)) {
      operators.put(output, node);
      node.inputs().stream()
          .filter(input -> !input.isEmpty() && !constants.contains(input))
          .forEach(input -> readers.computeIfAbsent(input, _ -> new LinkedHashSet<>()).add(output));
    }
    members.computeIfAbsent(operator, _ -> new LinkedHashSet<>()).add(output);
    node.outputs().forEach(each -> ofTensors.put(each, operator));
  }

  private static boolean follows(Node node) {
    return OperatorRule.of(node.opType())
        .filter(rule -> rule == OperatorRule.CLAMP || rule == OperatorRule.SHARES_INPUT)
        .isPresent();
  }

  private List<OperatorGroup> found() {
    var groups = new ArrayList<OperatorGroup>();
    operators.forEach((output, node) ->
        groups.add(
            new OperatorGroup(
                output, node.name(), node.opType(), members(output), around(output, node))));
    return groups;
  }

  private Set<String> around(String output, Node node) {
    var around = new LinkedHashSet<>(members(output));
    for (var input : node.inputs()) {
      readers.getOrDefault(input, Set.of()).forEach(reader -> around.addAll(members(reader)));
      var writer = ofTensors.get(input);
      if (writer != null) {
        around.addAll(members(writer));
        // What is behind the writer has its scale, and so has what reads that.
        for (var member : members(writer)) {
          readers.getOrDefault(member, Set.of()).forEach(each -> around.addAll(members(each)));
        }
      }
    }
    return around;
  }

  private Set<String> members(String operator) {
    return requireNonNull(members.get(operator));
  }
}

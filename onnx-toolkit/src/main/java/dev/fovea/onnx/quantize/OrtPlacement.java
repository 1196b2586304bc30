package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.quantize.calibrate.Range;
import dev.fovea.onnx.quantize.integers.OperatorRule;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides, node by node in the graph's order, which tensors are quantised and how. The decisions
 * are those of ONNX Runtime's {@code quantize_static}, but for two: a clamp goes only if the
 * quantised range ends at its bounds, and a node with computed weights stays in float.
 */
final class OrtPlacement {
  private final Map<String, Mark> marks = new LinkedHashMap<>();
  private final List<Placement.Bias> biases = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<NodeOutcome> outcomes = new ArrayList<>();
  private final Map<String, Integer> producers = new HashMap<>();
  private final Set<Integer> inFloat = new HashSet<>();
  private final Constants constants;
  private final Map<String, Range> ranges;
  private final TensorUses uses;
  private final QuantizationProfile profile;
  private final Set<String> keptInFloat;

  private OrtPlacement(
      Graph graph,
      Map<String, Range> ranges,
      QuantizationProfile profile,
      Set<String> keptInFloat) {
    this.ranges = ranges;
    this.profile = profile;
    this.keptInFloat = keptInFloat;
    uses = new TensorUses(graph);
    constants = new Constants(graph);
  }

  /**
   * @param ranges of the computed float tensors; a tensor without one is not quantised
   * @param keptInFloat first outputs of nodes that are not quantised
   */
  static Placement of(
      Graph graph,
      Map<String, Range> ranges,
      QuantizationProfile profile,
      Set<String> keptInFloat) {
    var placement =
        new OrtPlacement(graph, adjusted(graph, ranges, keptInFloat), profile, keptInFloat);
    for (var node : graph.nodes()) {
      placement.place(node);
    }
    return placement.placed();
  }

  private Placement placed() {
    return new Placement(marks, biases, nodes, outcomes, inFloat, ranges, profile);
  }

  /**
   * What a clamp cuts off needs no integers: its input gets the range of its output. A softmax
   * reaches from 0 to 1 by definition.
   */
  private static Map<String, Range> adjusted(
      Graph graph, Map<String, Range> ranges, Set<String> keptInFloat) {
    var uses = new TensorUses(graph);
    var adjusted = new HashMap<>(ranges);
    for (var node : graph.nodes()) {
      if (node.outputs().isEmpty() || keptInFloat.contains(node.outputs().getFirst())) {
        continue;
      }
      var input = node.inputs().isEmpty() ? "" : node.inputs().getFirst();
      var output = node.outputs().getFirst();
      boolean clamp = Preparation.is(node, "Relu") || Preparation.is(node, "Clip");
      if (clamp
          && uses.of(input) == 1
          && adjusted.containsKey(input)
          && ranges.containsKey(output)) {
        adjusted.put(input, ranges.get(output));
      } else if (Preparation.is(node, "Softmax") && adjusted.containsKey(output)) {
        adjusted.put(output, new Range(0, 1));
      }
    }
    return adjusted;
  }

  private void place(Node node) {
    var reason = obstacle(node);
    if (reason.isPresent()) {
      inFloat.add(nodes.size());
      add(node, new NodeOutcome.InFloat(node.name(), node.opType(), first(node), reason.get()));
      return;
    }
    switch (OperatorRule.of(node.opType()).orElseThrow()) {
      case CONVOLUTION, GEMM -> placeWeighted(node);
      case MATMUL -> placeMatMul(node);
      case CLAMP -> placeClamp(node);
      case SHARES_INPUT -> {
        for (var output : node.outputs()) {
          if (ranges.containsKey(output)) {
            marks.put(output, new Mark.SharedWith(node.inputs().getFirst()));
          }
        }
        quantized(node);
      }
      case OWN_RANGES -> {
        node.inputs().forEach(this::quantize);
        node.outputs().forEach(this::quantize);
        quantized(node);
      }
    }
  }

  /** Why a node stays in float; empty if it is quantised. */
  private Optional<String> obstacle(Node node) {
    if (node.outputs().isEmpty() || keptInFloat.contains(first(node))) {
      return Optional.of("kept in float on request");
    }
    var rule =
        node.domain().isEmpty() ? OperatorRule.of(node.opType()) : Optional.<OperatorRule>empty();
    if (rule.isEmpty()) {
      return Optional.of("operator %s has no integer kernel".formatted(node.opType()));
    }
    var input = node.inputs().isEmpty() ? "" : node.inputs().getFirst();
    return switch (rule.get()) {
      case CONVOLUTION, GEMM -> {
        var weights = node.inputs().get(1);
        if (constants.findFloats(weights).isEmpty()) {
          yield Optional.of("weights '%s' are no float constant".formatted(weights));
        }
        if (marks.get(weights) instanceof Mark.Channels(int other)
            && other != Placement.axis(node)) {
          yield Optional.of("weights '%s' have scales along axis %d".formatted(weights, other));
        }
        yield unranged(List.of(input, first(node)));
      }
      case MATMUL ->
          unranged(
              List.of(input, node.inputs().get(1), first(node)).stream()
                  .filter(each -> constants.findFloats(each).isEmpty())
                  .toList());
      case CLAMP, SHARES_INPUT ->
          marks.containsKey(input) && !constants.contains(input)
              ? unranged(List.of(first(node)))
              : Optional.of("input '%s' is not quantised".formatted(input));
      case OWN_RANGES ->
          unranged(constants.findFloats(input).isPresent() ? List.of() : List.of(input));
    };
  }

  private Optional<String> unranged(List<String> tensors) {
    return tensors.stream()
        .filter(each -> !ranges.containsKey(each))
        .findFirst()
        .map("tensor '%s' has no calibrated range"::formatted);
  }

  private void placeWeighted(Node node) {
    int axis = Placement.axis(node);
    var input = node.inputs().getFirst();
    var weights = node.inputs().get(1);
    quantize(input);
    quantize(first(node));
    marks.put(weights, new Mark.Channels(axis));
    var channels = List.of(constants.load(weights).shape().get(axis));
    constants
        .findFloats(Preparation.input(node, 2))
        .filter(bias -> bias.shape().equals(channels))
        .ifPresent(
            bias -> biases.add(new Placement.Bias(nodes.size(), bias.name(), input, weights)));
    quantized(node);
  }

  private void placeMatMul(Node node) {
    for (int i = 0; i < 2; i++) {
      var factor = node.inputs().get(i);
      if (!constants.contains(factor)) {
        quantize(factor);
      } else if (i == 1
          && constants.load(factor).shape().size() == 2
          && !(marks.get(factor) instanceof Mark.Channels)) {
        marks.put(factor, new Mark.Channels(1));
      } else {
        marks.putIfAbsent(factor, new Mark.Constant(true));
      }
    }
    quantize(first(node));
    quantized(node);
  }

  private void placeClamp(Node node) {
    var input = node.inputs().getFirst();
    var output = first(node);
    var producer = producers.get(input);
    if (producer != null
        && uses.of(input) == 1
        && Clamp.of(node, constants).holds(placed().relation(output))) {
      var before = nodes.get(producer);
      var renamed =
          before.outputs().stream().map(each -> each.equals(input) ? output : each).toList();
      nodes.set(producer, before.withOutputs(renamed));
      marks.remove(input);
      producers.put(output, producer);
      quantize(output);
      outcomes.add(new NodeOutcome.Absorbed(node.name(), node.opType(), output));
    } else {
      quantize(output);
      quantized(node);
    }
  }

  private void quantize(String tensor) {
    if (constants.findFloats(tensor).isPresent()) {
      marks.putIfAbsent(tensor, new Mark.Constant(false));
    } else if (ranges.containsKey(tensor)) {
      marks.putIfAbsent(tensor, new Mark.OwnRange());
    }
  }

  private void quantized(Node node) {
    add(node, new NodeOutcome.Quantized(node.name(), node.opType(), first(node)));
  }

  private void add(Node node, NodeOutcome outcome) {
    node.outputs().forEach(output -> producers.put(output, nodes.size()));
    nodes.add(node);
    outcomes.add(outcome);
  }

  private static String first(Node node) {
    return node.outputs().isEmpty() ? "" : node.outputs().getFirst();
  }
}

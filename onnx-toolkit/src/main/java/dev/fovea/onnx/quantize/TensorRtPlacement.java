package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.quantize.calibrate.Range;
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
 * Puts pairs of Q and DQ where TensorRT wants them: at the inputs and the weights of what computes
 * in integers, and not at its outputs, so that bias, activation and sum become part of the kernel.
 * Of the summands of a residual {@code Add} the shortcut has a pair, the product that the sum is
 * fused with has none (NVIDIA's recommendations for explicit quantisation, and its recipe for
 * ResNet). Biases stay in float. What a concatenation joins has the concatenation's own scale, so
 * that joining moves integers.
 */
final class TensorRtPlacement {
  /** Each turn carries a range across one more concatenation that shares an input with another. */
  private static final int TURNS = 8;

  private final Map<String, Mark> marks = new LinkedHashMap<>();
  private final List<NodeOutcome> outcomes = new ArrayList<>();
  private final Set<Integer> inFloat = new HashSet<>();
  private final Map<String, Integer> depths = new HashMap<>();
  private final Set<String> products = new HashSet<>();
  private final Graph graph;
  private final Constants constants;
  private final TensorUses uses;
  private final Map<String, Range> ranges;
  private final Set<String> keptInFloat;

  private TensorRtPlacement(Graph graph, Map<String, Range> ranges, Set<String> keptInFloat) {
    this.graph = graph;
    this.ranges = new HashMap<>(ranges);
    this.keptInFloat = keptInFloat;
    constants = new Constants(graph);
    uses = new TensorUses(graph);
  }

  static Placement of(Graph graph, Map<String, Range> ranges, Set<String> keptInFloat) {
    return new TensorRtPlacement(graph, ranges, keptInFloat).placed();
  }

  private Placement placed() {
    for (var node : graph.nodes()) {
      var obstacle = obstacle(node);
      var output = Preparation.output(node);
      if (obstacle.isPresent()) {
        inFloat.add(outcomes.size());
        outcomes.add(new NodeOutcome.InFloat(node.name(), node.opType(), output, obstacle.get()));
      } else {
        place(node);
        outcomes.add(new NodeOutcome.Quantized(node.name(), node.opType(), output));
      }
      measureDepth(node, obstacle.isEmpty());
    }
    joinConcatenated();
    return new Placement(
        marks, List.of(), graph.nodes(), outcomes, inFloat, ranges, QuantizationProfile.TENSORRT);
  }

  /** Why a node stays in float; empty if it is quantised. */
  private Optional<String> obstacle(Node node) {
    if (keptInFloat.contains(Preparation.output(node)) || node.outputs().isEmpty()) {
      return Optional.of("kept in float on request");
    }
    if (!node.domain().isEmpty()) {
      return Optional.of("operator %s is none of ONNX's own".formatted(node.opType()));
    }
    return switch (node.opType()) {
      case "Conv", "Gemm" -> {
        var weights = Preparation.input(node, 1);
        if (constants.findFloats(weights).isEmpty()) {
          yield Optional.of("weights '%s' are no float constant".formatted(weights));
        }
        if (marks.get(weights) instanceof Mark.Channels(int other)
            && other != Placement.axis(node)) {
          yield Optional.of("weights '%s' have scales along axis %d".formatted(weights, other));
        }
        yield unranged(List.of(node.inputs().getFirst()));
      }
      case "MatMul" ->
          unranged(
              node.inputs().stream().filter(each -> constants.findFloats(each).isEmpty()).toList());
      case "AveragePool", "GlobalAveragePool" -> unranged(node.inputs());
      case "Add" ->
          shortcut(node)
              .map(each -> unranged(List.of(each)))
              .orElse(Optional.of("neither summand is a product that a sum can be fused with"));
      default ->
          Optional.of(
              "%s has no Q and DQ of its own: TensorRT fuses it, or takes its neighbours' integers"
                  .formatted(node.opType()));
    };
  }

  private Optional<String> unranged(List<String> tensors) {
    return tensors.stream()
        .filter(each -> !ranges.containsKey(each))
        .findFirst()
        .map("tensor '%s' has no calibrated range"::formatted);
  }

  private void place(Node node) {
    switch (node.opType()) {
      case "Conv", "Gemm" -> {
        quantize(node.inputs().getFirst());
        marks.put(node.inputs().get(1), new Mark.Channels(Placement.axis(node)));
      }
      case "MatMul" -> {
        for (int i = 0; i < 2; i++) {
          placeFactor(node.inputs().get(i), i);
        }
      }
      case "Add" -> quantize(shortcut(node).orElseThrow());
      default -> quantize(node.inputs().getFirst());
    }
  }

  private void placeFactor(String factor, int place) {
    if (constants.findFloats(factor).isEmpty()) {
      quantize(factor);
    } else if (place == 1 && constants.load(factor).shape().size() == 2) {
      marks.putIfAbsent(factor, new Mark.Channels(1));
    } else {
      marks.putIfAbsent(factor, new Mark.Constant(true));
    }
  }

  private void quantize(String tensor) {
    marks.putIfAbsent(tensor, new Mark.OwnRange());
  }

  /**
   * The summand of a residual {@code Add} that the other, a product in integers that nobody else
   * reads, is summed with. Of two such products the one with fewer before it is the shortcut.
   */
  private Optional<String> shortcut(Node add) {
    var first = add.inputs().get(0);
    var second = add.inputs().get(1);
    if (first.equals(second) || constants.contains(first) || constants.contains(second)) {
      return Optional.empty();
    }
    boolean fusesFirst = fuses(first);
    boolean fusesSecond = fuses(second);
    if (fusesFirst && fusesSecond) {
      return Optional.of(depth(first) < depth(second) ? first : second);
    }
    if (fusesFirst) {
      return Optional.of(second);
    }
    return fusesSecond ? Optional.of(first) : Optional.empty();
  }

  private boolean fuses(String tensor) {
    return products.contains(tensor) && uses.of(tensor) == 1;
  }

  /** Counts the products on the longest way to a node's outputs. */
  private void measureDepth(Node node, boolean quantized) {
    int depth = node.inputs().stream().mapToInt(this::depth).max().orElse(0);
    boolean product = quantized && (Preparation.is(node, "Conv") || Preparation.is(node, "Gemm"));
    for (var output : node.outputs()) {
      depths.put(output, depth + (product ? 1 : 0));
      if (product) {
        products.add(output);
      }
    }
  }

  private int depth(String tensor) {
    return depths.getOrDefault(tensor, 0);
  }

  private void joinConcatenated() {
    var concatenations =
        graph.nodes().reversed().stream()
            .filter(node -> Preparation.is(node, "Concat"))
            .filter(node -> isOwn(Preparation.output(node)))
            .toList();
    boolean changed = true;
    for (int turn = 0; changed && turn < TURNS; turn++) {
      changed = false;
      for (var node : concatenations) {
        var joined = new ArrayList<>(node.outputs());
        node.inputs().stream().filter(this::isOwn).forEach(joined::add);
        var all = requireNonNull(ranges.get(joined.getFirst()));
        for (var tensor : joined) {
          all = both(all, requireNonNull(ranges.get(tensor)));
        }
        for (var tensor : joined) {
          changed |= !all.equals(ranges.put(tensor, all));
        }
      }
    }
  }

  private boolean isOwn(String tensor) {
    return marks.get(tensor) instanceof Mark.OwnRange;
  }

  private static Range both(Range one, Range other) {
    return new Range(Math.min(one.min(), other.min()), Math.max(one.max(), other.max()));
  }
}

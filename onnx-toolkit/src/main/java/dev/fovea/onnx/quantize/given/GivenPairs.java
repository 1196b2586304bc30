package dev.fovea.onnx.quantize.given;

import static dev.fovea.onnx.quantize.given.GivenRelation.described;
import static dev.fovea.onnx.quantize.given.GivenRelation.excerpt;
import static dev.fovea.onnx.quantize.given.GivenRelation.refused;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.NodeOutcome;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.integers.OperatorRule;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The pairs of {@code QuantizeLinear} and {@code DequantizeLinear} of a graph, each checked. */
final class GivenPairs {
  private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  /** How far a bias's scale may be from the product of the other two: exporters round. */
  private static final double BIAS_TOLERANCE = 1e-4;

  private final Graph graph;
  private final QuantizationProfile profile;
  private final Constants constants;
  private final TensorUses uses;
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, Integer> dequantizers = new HashMap<>();
  private final Map<Node, Tensor> weights = new LinkedHashMap<>();
  private final List<NodeOutcome> outcomes = new ArrayList<>();

  /** By tensor: of what a {@code DequantizeLinear} gives out, and of what only moves that. */
  private final Map<String, GivenRelation> dequantized = new HashMap<>();

  private int count;

  private GivenPairs(Graph graph, QuantizationProfile profile) {
    this.graph = graph;
    this.profile = profile;
    constants = new Constants(graph);
    uses = new TensorUses(graph);
    for (var node : graph.nodes()) {
      node.outputs().forEach(output -> producers.put(output, node));
      if (Preparation.is(node, "DequantizeLinear")) {
        dequantizers.merge(Preparation.input(node, 0), 1, Integer::sum);
      }
    }
  }

  static GivenPairs of(Graph graph, QuantizationProfile profile) {
    var pairs = new GivenPairs(graph, profile);
    for (var node : graph.nodes()) {
      if (Preparation.is(node, "QuantizeLinear")) {
        pairs.quantize(node);
      } else if (Preparation.is(node, "DequantizeLinear")) {
        pairs.dequantize(node);
      }
    }
    for (var node : graph.nodes()) {
      if (!Preparation.is(node, "QuantizeLinear") && !Preparation.is(node, "DequantizeLinear")) {
        pairs.judge(node);
      }
    }
    return pairs;
  }

  /** How many {@code DequantizeLinear} there are. */
  int count() {
    return count;
  }

  /** The integers of constants behind a {@code QuantizeLinear}, by that node. */
  Map<Node, Tensor> weights() {
    return weights;
  }

  /** What the other nodes compute in, in the graph's order. */
  List<NodeOutcome> outcomes() {
    return outcomes;
  }

  private void quantize(Node node) {
    var input = Preparation.input(node, 0);
    var output = Preparation.output(node);
    var from = producers.get(input);
    if (from != null && Preparation.is(from, "DequantizeLinear")) {
      throw refused(
          node,
          "quantises '%s' a second time, after %s (expected: one pair on a tensor)"
              .formatted(excerpt(input), described(from)),
          "Take one of the two pairs out before the export.");
    }
    if (uses.of(output) == 0 || uses.of(output) != dequantizers.getOrDefault(output, 0)) {
      throw refused(
          node,
          "'%s' is read by %d, of which DequantizeLinear are %d (expected: all, at least one)"
              .formatted(excerpt(output), uses.of(output), dequantizers.getOrDefault(output, 0)),
          "Export the model in the Q/DQ form, each QuantizeLinear with its DequantizeLinear.");
    }
    var relation = relation(node, GivenRelation.typeWithoutZero(node));
    var constant = constants.find(input);
    if (constant.isEmpty()) {
      requireOneScale(node, relation);
    } else if (constant.get().type() == DataType.FLOAT) {
      weights.put(node, relation.quantize(node, constant.get(), output));
    } else {
      throw refused(
          node,
          "constant '%s' of %s (expected: FLOAT)".formatted(excerpt(input), constant.get().type()),
          "Quantised already, a constant needs a DequantizeLinear alone.");
    }
  }

  private void dequantize(Node node) {
    count++;
    var input = Preparation.input(node, 0);
    var constant = constants.find(input);
    var from = producers.get(input);
    GivenRelation relation;
    if (constant.isPresent()) {
      relation = relation(node, constant.get().type());
      if (relation.type() != constant.get().type()) {
        throw refused(
            node,
            "zero point of %s and integers '%s' of %s (expected: one type)"
                .formatted(relation.type(), excerpt(input), constant.get().type()),
            "Export the zero point in the type of the integers.");
      }
      if (relation.byChannel()) {
        relation.axisOf(node, constant.get());
      }
    } else if (from != null && Preparation.is(from, "QuantizeLinear")) {
      var before = relation(from, GivenRelation.typeWithoutZero(from));
      relation = relation(node, before.type());
      if (!same(node, relation, from, before)) {
        throw refused(
            node,
            "%s (expected: as %s has: %s)"
                .formatted(relation.describe(), described(from), before.describe()),
            "Both nodes of a pair have the same scale, zero point and axis.");
      }
    } else {
      throw refused(
          node,
          "'%s' comes from no QuantizeLinear (expected: that, or constant integers)"
              .formatted(excerpt(input)),
          "Export the model with inputs in float, in the Q/DQ form.");
    }
    dequantized.put(Preparation.output(node), relation);
  }

  /** The place of the axis in the constant, since one node may count from the end. */
  private boolean same(Node node, GivenRelation relation, Node from, GivenRelation before) {
    if (!relation.channels().equals(before.channels()) || relation.type() != before.type()) {
      return false;
    }
    var constant = constants.find(Preparation.input(from, 0));
    return !relation.byChannel()
        || constant.isEmpty()
        || relation.axisOf(node, constant.get()) == before.axisOf(from, constant.get());
  }

  private GivenRelation relation(Node node, DataType without) {
    var relation = GivenRelation.of(node, constants, without);
    if (profile == QuantizationProfile.TENSORRT && !relation.symmetric()) {
      throw refused(
          node,
          relation.describe() + " (expected: INT8 with a zero point of 0, which TensorRT needs)",
          "Say 'target: ort-x86', or train with symmetric, signed ranges.");
    }
    return relation;
  }

  private static void requireOneScale(Node node, GivenRelation relation) {
    if (relation.byChannel()) {
      throw refused(
          node,
          "%d scales for the computed tensor '%s' (expected: 1; only constants have channels)"
              .formatted(relation.channels().size(), excerpt(Preparation.input(node, 0))),
          "Train with one range a tensor for activations.");
    }
  }

  private void judge(Node node) {
    boolean weighted = node.domain().isEmpty() && WEIGHTED.contains(node.opType());
    var input = source(Preparation.input(node, 0));
    if (weighted) {
      requireWhole(node, input);
      input.ifPresent(relation -> requireScaleOfBias(node, relation));
    }
    if (node.domain().isEmpty()
        && OperatorRule.of(node.opType()).orElse(null) == OperatorRule.SHARES_INPUT) {
      input.ifPresent(
          relation -> node.outputs().forEach(output -> dequantized.putIfAbsent(output, relation)));
    }
    if (input.isEmpty()) {
      var reason = "input '%s' has no DequantizeLinear".formatted(Preparation.input(node, 0));
      outcomes.add(
          new NodeOutcome.InFloat(node.name(), node.opType(), Preparation.output(node), reason));
    } else if (node.domain().isEmpty()
        && (weighted || OperatorRule.of(node.opType()).isPresent())) {
      outcomes.add(new NodeOutcome.Quantized(node.name(), node.opType(), Preparation.output(node)));
    } else {
      var reason = "operator %s has no integer kernel".formatted(node.opType());
      outcomes.add(
          new NodeOutcome.InFloat(node.name(), node.opType(), Preparation.output(node), reason));
    }
  }

  private void requireWhole(Node node, Optional<GivenRelation> input) {
    var other = Preparation.input(node, 1);
    boolean quantised = source(other).isPresent();
    if (input.isPresent() != quantised) {
      throw refused(
          node,
          "%s of '%s' is quantised, '%s' is not (expected: both or neither)"
              .formatted(
                  node.opType(),
                  excerpt(quantised ? other : Preparation.input(node, 0)),
                  excerpt(quantised ? Preparation.input(node, 0) : other)),
          "Quantise both, or leave this node without Q and DQ before it.");
    }
  }

  /** Kernels take the product of the other two scales for the bias's, whatever it says. */
  private void requireScaleOfBias(Node node, GivenRelation input) {
    var bias = source(Preparation.input(node, 2));
    var factor = source(Preparation.input(node, 1));
    if (bias.isEmpty() || bias.get().type() != DataType.INT32 || factor.isEmpty()) {
      return;
    }
    var biases = bias.get().channels();
    var factors = factor.get().channels();
    for (int i = 0; i < Math.max(biases.size(), factors.size()); i++) {
      float found = biases.get(i % biases.size()).scale();
      double expected =
          (double) input.channels().getFirst().scale() * factors.get(i % factors.size()).scale();
      if (Math.abs(found - expected) > expected * BIAS_TOLERANCE) {
        throw refused(
            node,
            "bias '%s' has the scale %s in channel %d (expected: %s, that of the input by that of the weights)"
                .formatted(excerpt(Preparation.input(node, 2)), found, i, (float) expected),
            "Leave the bias in float, or quantise it by that product.");
      }
    }
  }

  /**
   * The relation by which a tensor was quantised last, where nothing but moves and selections lie
   * between.
   */
  private Optional<GivenRelation> source(String tensor) {
    return tensor.isEmpty() ? Optional.empty() : Optional.ofNullable(dequantized.get(tensor));
  }
}

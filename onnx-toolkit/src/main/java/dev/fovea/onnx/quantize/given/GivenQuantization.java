package dev.fovea.onnx.quantize.given;

import dev.fovea.onnx.graph.Attribute.GraphAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.QuantizationProfile;
import dev.fovea.onnx.quantize.QuantizationReport;
import dev.fovea.onnx.quantize.QuantizedModel;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a model that has its own {@code QuantizeLinear} and {@code DequantizeLinear}, as training
 * with quantisation in mind makes them, for an INT8 model. Its pairs and their scales stay to the
 * bit; weights in float behind a {@code QuantizeLinear} become the integers that this node makes of
 * them; what has no pair stays in float.
 */
public final class GivenQuantization {
  private static final long LEAST_OPSET = 13;

  /** Integer arithmetic in other forms than pairs around operators in float. */
  private static final Set<String> OTHER_FORMS =
      Set.of(
          "ConvInteger",
          "DynamicQuantizeLinear",
          "FakeQuantize",
          "MatMulInteger",
          "QLinearConv",
          "QLinearMatMul");

  private GivenQuantization() {}

  /** Whether a model, or a graph in it, quantises anything by itself. */
  public static boolean isIn(OnnxModel model) {
    return first(model.graph()) != null;
  }

  /**
   * The INT8 model.
   *
   * @param profile whose kernels are to compute it
   * @throws NotQuantizable with the node's name, if tensors are quantised twice or by half, if a
   *     scale, a zero point or an axis is none, if the two nodes of a pair differ, or if the
   *     profile's kernels cannot compute it
   */
  public static QuantizedModel keep(OnnxModel model, QuantizationProfile profile) {
    var plain = Preparation.withPlainConstants(model);
    long opset = plain.opsets().getOrDefault("", 0L);
    if (opset < LEAST_OPSET) {
      throw new NotQuantizable(
          "operator set %d (expected: >= %d, which has scales by channel)"
              .formatted(opset, LEAST_OPSET),
          "Export the model with opset_version=%d or later.".formatted(LEAST_OPSET));
    }
    plain.graph().nodes().forEach(GivenQuantization::checkForm);
    var pairs = GivenPairs.of(plain.graph(), profile);
    var folded = folded(plain.graph(), pairs.weights());
    var kept =
        plain
            .withGraph(folded)
            .withMetadata("fovea.quantization.profile", "GIVEN")
            .withMetadata("fovea.quantization.pairs", Integer.toString(pairs.count()));
    return new QuantizedModel(
        kept,
        new QuantizationReport(pairs.outcomes(), OnnxWriter.size(model), OnnxWriter.size(kept)));
  }

  /** Integers take the name of the node's output, so that whoever read it reads them. */
  private static Graph folded(Graph graph, Map<Node, Tensor> weights) {
    var nodes = new ArrayList<Node>();
    var initializers = new ArrayList<>(graph.initializers());
    for (var node : graph.nodes()) {
      var integers = weights.get(node);
      if (integers == null) {
        nodes.add(node);
      } else {
        initializers.add(integers);
      }
    }
    var names = weights.values().stream().map(Tensor::name).toList();
    var values = graph.valueInfos().stream().filter(each -> !names.contains(each.name())).toList();
    return TensorUses.withoutUnusedInitializers(
        new Graph(graph.name(), nodes, initializers, graph.inputs(), graph.outputs(), values));
  }

  private static void checkForm(Node node) {
    boolean foreign = !node.domain().isEmpty() && quantizes(node);
    if (foreign || OTHER_FORMS.contains(node.opType())) {
      throw GivenRelation.refused(
          node,
          "%s%s (expected: ONNX's QuantizeLinear and DequantizeLinear around operators in float)"
              .formatted(node.opType(), node.domain().isEmpty() ? "" : " of " + node.domain()),
          "Export the model in the Q/DQ form.");
    }
    for (var attribute : node.attributes().values()) {
      if (attribute instanceof GraphAttribute(Graph inner)) {
        var nested = first(inner);
        if (nested != null) {
          throw GivenRelation.refused(
              nested,
              "%s in a graph inside %s (expected: in the model's own graph)"
                  .formatted(nested.opType(), GivenRelation.described(node)),
              "Export the model without control flow.");
        }
      }
    }
  }

  /** The first node that quantises, at any depth; null if there is none. */
  private static @Nullable Node first(Graph graph) {
    for (var node : graph.nodes()) {
      if (quantizes(node)) {
        return node;
      }
      for (var attribute : node.attributes().values()) {
        var nested = attribute instanceof GraphAttribute(Graph inner) ? first(inner) : null;
        if (nested != null) {
          return nested;
        }
      }
    }
    return null;
  }

  private static boolean quantizes(Node node) {
    return List.of("QuantizeLinear", "DequantizeLinear").contains(node.opType())
        || OTHER_FORMS.contains(node.opType())
        || node.opType().startsWith("QLinear");
  }
}

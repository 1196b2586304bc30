package dev.fovea.onnx.quantize;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes batch normalisation part of the convolution before it: {@code W' = W g / sqrt(v + e)} and
 * {@code b' = (b - m) g / sqrt(v + e) + B}, by output channel. Sums are in 64 bits and rounded once.
 */
final class BatchNormFolding {
  private static final float DEFAULT_EPSILON = 1e-5f;

  private final TensorUses uses;
  private final FreshNames names;
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();

  private BatchNormFolding(Graph graph) {
    uses = new TensorUses(graph);
    names = new FreshNames(TensorUses.definedIn(graph));
    graph.initializers().forEach(each -> initializers.put(each.name(), each));
  }

  static Graph fold(Graph graph) {
    return new BatchNormFolding(graph).folded(graph);
  }

  private Graph folded(Graph graph) {
    var nodes = new ArrayList<Node>();
    var convolutions = new LinkedHashMap<String, Integer>();
    for (var node : graph.nodes()) {
      var at = Preparation.is(node, "BatchNormalization") ? convolutions.get(node.inputs().getFirst()) : null;
      var merged = at == null ? Optional.<Node>empty() : merge(nodes.get(at), node);
      if (at != null && merged.isPresent()) {
        nodes.set(at, merged.get());
        continue;
      }
      if (Preparation.is(node, "Conv") && uses.of(node.outputs().getFirst()) == 1) {
        convolutions.put(node.outputs().getFirst(), nodes.size());
      }
      nodes.add(node);
    }
    return graph.withNodes(nodes).withInitializers(List.copyOf(initializers.values()));
  }

  private Optional<Node> merge(Node convolution, Node normalisation) {
    var weights = initializers.get(convolution.inputs().get(1));
    var bias = convolution.inputs().size() > 2 ? convolution.inputs().get(2) : "";
    boolean training = normalisation.intAttribute("training_mode").orElse(0) != 0;
    boolean wantsStatistics =
        normalisation.outputs().stream().skip(1).anyMatch(each -> uses.of(each) > 0);
    var parameters = normalisation.inputs().subList(1, 5).stream().map(this::floats).toList();
    if (weights == null
        || weights.type() != DataType.FLOAT
        || (!bias.isEmpty() && floats(bias).isEmpty())
        || parameters.stream().anyMatch(Optional::isEmpty)
        || training
        || wantsStatistics) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(weights.shape().getFirst());
    var values = parameters.stream().map(Optional::get).toList();
    if (values.stream().anyMatch(each -> each.length != channels)) {
      return Optional.empty();
    }
    double epsilon =
        normalisation.attribute("epsilon").orElse(null) instanceof FloatAttribute(float given)
            ? given
            : DEFAULT_EPSILON;
    var kernel = weights.floats();
    var offsets = bias.isEmpty() ? new float[channels] : initializers.get(bias).floats();
    int inner = channels == 0 ? 0 : kernel.length / channels;
    for (int channel = 0; channel < channels; channel++) {
      double factor = values.get(0)[channel] / Math.sqrt(values.get(3)[channel] + epsilon);
      for (int i = channel * inner; i < (channel + 1) * inner; i++) {
        kernel[i] = (float) (kernel[i] * factor);
      }
      offsets[channel] =
          (float)
              (((double) offsets[channel] - values.get(2)[channel]) * factor
                  + values.get(1)[channel]);
    }
    var newWeights = replaced(weights.name(), weights.name() + "_folded");
    var newBias = bias.isEmpty() ? names.take(newWeights + "_bias") : replaced(bias, bias + "_folded");
    initializers.put(newWeights, Tensor.ofFloats(newWeights, weights.shape(), kernel));
    initializers.put(newBias, Tensor.ofFloats(newBias, List.of((long) channels), offsets));
    return Optional.of(
        convolution
            .withInputs(List.of(convolution.inputs().getFirst(), newWeights, newBias))
            .withOutputs(List.of(normalisation.outputs().getFirst())));
  }

  /** The name itself if only this node uses it, so that the old values can go. */
  private String replaced(String name, String wanted) {
    return uses.of(name) == 1 ? name : names.take(wanted);
  }

  private Optional<float[]> floats(String name) {
    return Optional.ofNullable(initializers.get(name))
        .filter(each -> each.type() == DataType.FLOAT)
        .map(Tensor::floats);
  }
}

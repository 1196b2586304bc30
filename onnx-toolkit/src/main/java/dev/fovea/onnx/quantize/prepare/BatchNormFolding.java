package dev.fovea.onnx.quantize.prepare;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes batch normalisation part of the convolution before it: {@code W' = W g / sqrt(v + e)} and
 * {@code b' = (b - m) g / sqrt(v + e) + B}, by output channel. Sums are in 64 bits and rounded
 * once.
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
    Map<String, Integer> convolutions = new HashMap<>();
    for (var node : graph.nodes()) {
      var at = convolutions.get(Preparation.input(node, 0));
      var merged =
          at != null && Preparation.is(node, "BatchNormalization")
              ? merge(nodes.get(at), node)
              : Optional.<Node>empty();
      if (at != null && merged.isPresent()) {
        nodes.set(at, merged.get());
        continue;
      }
      if (Preparation.is(node, "Conv") && uses.of(Preparation.output(node)) == 1) {
        convolutions.put(Preparation.output(node), nodes.size());
      }
      nodes.add(node);
    }
    return graph.withNodes(nodes).withInitializers(List.copyOf(initializers.values()));
  }

  /** One node for both; empty if the normalisation is not by constants or gives statistics too. */
  private Optional<Node> merge(Node convolution, Node normalisation) {
    var weights = initializers.get(Preparation.input(convolution, 1));
    boolean training = normalisation.intAttribute("training_mode").orElse(0) != 0;
    boolean statistics =
        normalisation.outputs().stream().skip(1).anyMatch(each -> uses.of(each) > 0);
    if (weights == null
        || weights.type() != DataType.FLOAT
        || weights.shape().isEmpty()
        || training
        || statistics) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(weights.shape().getFirst());
    var bias = Preparation.input(convolution, 2);
    var offsets = bias.isEmpty() ? new float[channels] : floats(bias);
    var gains = floats(Preparation.input(normalisation, 1));
    var shifts = floats(Preparation.input(normalisation, 2));
    var means = floats(Preparation.input(normalisation, 3));
    var variances = floats(Preparation.input(normalisation, 4));
    for (var values : List.of(offsets, gains, shifts, means, variances)) {
      if (values.length != channels) {
        return Optional.empty();
      }
    }
    double epsilon =
        normalisation.attribute("epsilon").orElse(null) instanceof FloatAttribute(float given)
            ? given
            : DEFAULT_EPSILON;
    var kernel = weights.floats();
    for (int channel = 0; channel < channels; channel++) {
      double factor = gains[channel] / Math.sqrt(variances[channel] + epsilon);
      int inner = kernel.length / channels;
      for (int i = channel * inner; i < (channel + 1) * inner; i++) {
        kernel[i] = (float) (kernel[i] * factor);
      }
      double centred = (double) offsets[channel] - means[channel];
      offsets[channel] = (float) (centred * factor + shifts[channel]);
    }
    var newWeights = replaced(weights.name(), weights.name() + "_folded");
    var newBias =
        bias.isEmpty() ? names.take(newWeights + "_bias") : replaced(bias, bias + "_folded");
    initializers.put(newWeights, Tensor.ofFloats(newWeights, weights.shape(), kernel));
    initializers.put(newBias, Tensor.ofFloats(newBias, List.of((long) channels), offsets));
    return Optional.of(
        convolution
            .withInputs(List.of(Preparation.input(convolution, 0), newWeights, newBias))
            .withOutputs(List.of(Preparation.output(normalisation))));
  }

  /** A copy of a constant of 32-bit floats; nothing if there is none of that name. */
  private float[] floats(String name) {
    var constant = initializers.get(name);
    return constant != null && constant.type() == DataType.FLOAT ? constant.floats() : new float[0];
  }

  /** The name itself if only this node uses it, so that the old values can go. */
  private String replaced(String name, String wanted) {
    return uses.of(name) == 1 ? name : names.take(wanted);
  }
}

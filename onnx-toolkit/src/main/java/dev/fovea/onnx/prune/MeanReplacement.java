package dev.fovea.onnx.prune;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Attribute.FloatAttribute;
import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.LostMeans;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives biases what the removed channels added to each output in mean over examples, so that only
 * what they said of one example and not of another is lost. It is the bias correction of
 * quantisation (Nagel et al. 2019, section 4.2) with the weights of the removed channels as what is
 * lost; the inputs are the whole model's, so that one pass is enough.
 */
final class MeanReplacement {
  private final Graph graph;
  private final ChannelGraph channels;
  private final Set<Integer> removed;
  private final Constants constants;

  private MeanReplacement(Graph graph, ChannelGraph channels, Set<Integer> removed) {
    this.graph = graph;
    this.channels = channels;
    this.removed = removed;
    constants = new Constants(graph);
  }

  /**
   * The whole model with these biases.
   *
   * @param channels of the model's graph
   * @param examples inputs by name, one map a batch, iterated once
   * @throws NotPrunable if there is no example, or a mean is not finite
   */
  static OnnxModel of(
      OnnxModel model,
      ChannelGraph channels,
      Set<Integer> removed,
      Iterable<Map<String, FloatTensor>> examples) {
    var replacement = new MeanReplacement(model.graph(), channels, removed);
    var readers = replacement.readers();
    if (readers.isEmpty()) {
      return model;
    }
    var observed = LostMeans.of(model.graph());
    readers.forEach((at, lost) -> {
      var node = model.graph().nodes().get(at);
      observed.observe(Preparation.output(node), node, replacement.outputs(node), lost);
    });
    long batches = 0;
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    try (var session = InferenceSession.open(model.withGraph(observed.graph()), settings)) {
      for (var example : examples) {
        observed.add(session, example);
        batches++;
      }
    }
    if (batches == 0) {
      throw new NotPrunable(
          "structured pruning with 0 example inputs (expected: >= 1)",
          "Give example inputs; 100 to 500 images are usual.");
    }
    return model.withGraph(replacement.corrected(readers.keySet(), observed.means()));
  }

  /** By the place of a node that loses inputs and has a bias, its weights for those alone. */
  private Map<Integer, Tensor> readers() {
    var readers = new LinkedHashMap<Integer, Tensor>();
    for (var cut : channels.cuts) {
      var node = graph.nodes().get(cut.node());
      if (cut.input() == 1 && reads(node, cut) && loses(cut) && takesBias(node)) {
        readers.put(cut.node(), lost(constants.load(node.inputs().get(1)), cut));
      }
    }
    return readers;
  }

  private boolean reads(Node node, Cut cut) {
    return switch (node.opType()) {
      case "Conv" -> cut.axis() == 1;
      case "Gemm" -> cut.axis() != outputAxis(node);
      default -> false;
    };
  }

  private boolean loses(Cut cut) {
    for (int channel : cut.channels()) {
      if (removed.contains(channels.sets.of(channel))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a number an output is added, or can be. */
  private boolean takesBias(Node node) {
    boolean scaled =
        node.attribute("beta").orElse(null) instanceof FloatAttribute(float beta) && beta != 1;
    var bias = Preparation.input(node, 2);
    return !scaled
        && (bias.isEmpty()
            || constants
                .findFloats(bias)
                .filter(each -> each.elements() == outputs(node))
                .filter(each -> each.shape().isEmpty() || each.shape().getLast() == outputs(node))
                .isPresent());
  }

  private int outputs(Node node) {
    var shape = constants.load(node.inputs().get(1)).shape();
    return Math.toIntExact(shape.get(outputAxis(node)));
  }

  private static int outputAxis(Node node) {
    return node.opType().equals("Gemm") && node.intAttribute("transB").orElse(0) == 0 ? 1 : 0;
  }

  private Tensor lost(Tensor weights, Cut cut) {
    var values = weights.floats();
    int inner = Filters.inner(weights, cut.axis());
    int length = cut.channels().length * cut.run();
    for (int i = 0; i < values.length; i++) {
      int channel = cut.channels()[i / inner % length / cut.run()];
      if (!removed.contains(channels.sets.of(channel))) {
        values[i] = 0;
      }
    }
    return Tensor.ofFloats("", weights.shape(), values);
  }

  private Graph corrected(Set<Integer> readers, Map<String, double[]> means) {
    var names = new FreshNames(TensorUses.definedIn(graph));
    var initializers = new ArrayList<>(graph.initializers());
    var nodes = new ArrayList<>(graph.nodes());
    for (int at : new LinkedHashSet<>(readers)) {
      var node = nodes.get(at);
      var output = Preparation.output(node);
      var old = constants.find(Preparation.input(node, 2));
      var mean = requireNonNull(means.get(output));
      var values = old.map(Tensor::floats).orElseGet(() -> new float[mean.length]);
      for (int i = 0; i < values.length; i++) {
        float value = (float) (values[i] + mean[i]);
        if (!Float.isFinite(value)) {
          throw NotPrunable.notFinite("bias of " + Filters.words(node), i, value);
        }
        values[i] = value;
      }
      var name = names.take(old.map(Tensor::name).orElse(output + "_bias") + "_replaced");
      var shape = old.map(Tensor::shape).orElseGet(() -> List.of((long) mean.length));
      initializers.add(Tensor.ofFloats(name, shape, values));
      var inputs = new ArrayList<>(node.inputs());
      while (inputs.size() < 3) {
        inputs.add("");
      }
      inputs.set(2, name);
      nodes.set(at, node.withInputs(inputs));
    }
    return TensorUses.withoutUnusedInitializers(
        graph.withNodes(nodes).withInitializers(initializers));
  }
}

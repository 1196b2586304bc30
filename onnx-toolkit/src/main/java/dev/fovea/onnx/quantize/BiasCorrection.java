package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.FreshNames;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Gives biases what rounding the weights takes from each output channel in mean: over all examples
 * and positions, the output of the float weights less that of the rounded ones (Nagel, van Baalen,
 * Blankevoort and Welling 2019, "Data-Free Quantization Through Weight Equalization and Bias
 * Correction", section 4.2, with the mean measured). Both have the inputs of the float model, so
 * that one pass is enough; a layer's correction does not know those before it.
 *
 * <p>The lost part of the weights is a node's weights of its own, since it is what both outputs
 * differ by: small numbers are summed instead of the difference of large ones. Memory is that of
 * one batch.
 */
final class BiasCorrection {
  private final Graph prepared;
  private final Relations relations;
  private final Constants constants;
  private final TensorUses uses;

  private BiasCorrection(Graph prepared, Relations relations) {
    this.prepared = prepared;
    this.relations = relations;
    constants = new Constants(prepared);
    uses = new TensorUses(prepared);
  }

  /**
   * The prepared model with corrected biases.
   *
   * @param placement of the prepared graph
   * @param examples inputs by name, one map a batch, iterated once; at least one
   * @throws NotQuantizable if there is no example, or a mean is not finite
   */
  static OnnxModel correct(
      OnnxModel prepared,
      Placement placement,
      QuantizationProfile profile,
      Iterable<Map<String, FloatTensor>> examples) {
    var graph = prepared.graph();
    var relations = new Relations(placement, new Constants(graph), profile);
    var correction = new BiasCorrection(graph, relations);
    var biases = new LinkedHashMap<String, Bias>();
    var quantized = new HashSet<String>();
    for (var outcome : placement.outcomes()) {
      if (outcome instanceof NodeOutcome.Quantized(_, _, var output)) {
        quantized.add(output);
      }
    }
    for (var node : graph.nodes()) {
      var output = Preparation.output(node);
      if (quantized.contains(output)) {
        correction.biasOf(node).ifPresent(bias -> biases.put(output, bias));
      }
    }
    if (biases.isEmpty()) {
      return prepared;
    }
    return prepared.withGraph(
        correction.corrected(biases, correction.means(prepared, biases, examples)));
  }

  /** The one of two models whose outputs are nearer to the float model's in mean. */
  static QuantizedModel better(
      OnnxModel prepared,
      QuantizedModel without,
      QuantizedModel with,
      Iterable<Map<String, FloatTensor>> examples) {
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    var before = new MeanError();
    var after = new MeanError();
    try (var reference = InferenceSession.open(prepared, settings);
        var plain = InferenceSession.open(without.model(), settings);
        var corrected = InferenceSession.open(with.model(), settings)) {
      for (var example : examples) {
        var expected = reference.run(example);
        before.add(expected, plain.run(example));
        after.add(expected, corrected.run(example));
      }
    }
    boolean helps = after.ofAll() <= before.ofAll();
    var chosen = helps ? with : without;
    var outcome =
        String.format(
            Locale.ROOT,
            "%s, mean error %.3e without, %.3e with",
            helps ? "made" : "left out",
            before.ofAll(),
            after.ofAll());
    return new QuantizedModel(
        chosen.model().withMetadata("fovea.quantization.bias-correction", outcome),
        chosen.report());
  }

  /**
   * Where a node's output channels get a constant each.
   *
   * @param product the node with the weights
   * @param adding the node that has the constant; the same but for a {@code MatMul}
   * @param input the constant's place among the inputs of that node
   * @param channels how many; the constant has as many elements, or is absent
   */
  private record Bias(Node product, Node adding, int input, int channels) {}

  /** Empty if the node has no weights, or its bias is computed or not one number a channel. */
  private Optional<Bias> biasOf(Node node) {
    return switch (node.opType()) {
      case "Conv", "Gemm" -> {
        var weights = constants.load(node.inputs().get(1));
        int channels = Math.toIntExact(weights.shape().get(Placement.axis(node)));
        var name = Preparation.input(node, 2);
        boolean fits =
            name.isEmpty()
                || constants
                    .findFloats(name)
                    .filter(bias -> bias.shape().equals(List.of((long) channels)))
                    .isPresent();
        yield fits ? Optional.of(new Bias(node, node, 2, channels)) : Optional.empty();
      }
      case "MatMul" ->
          constants
              .findFloats(node.inputs().get(1))
              .filter(weights -> weights.shape().size() == 2)
              .flatMap(weights -> addedTo(node, Math.toIntExact(weights.shape().get(1))));
      default -> Optional.empty();
    };
  }

  /** The {@code Add} of a constant after a {@code MatMul}, if nobody else sees the product. */
  private Optional<Bias> addedTo(Node product, int channels) {
    var output = Preparation.output(product);
    if (uses.of(output) != 1) {
      return Optional.empty();
    }
    for (var reader : prepared.consumersOf(output)) {
      if (Preparation.is(reader, "Add")) {
        int input = reader.inputs().getFirst().equals(output) ? 1 : 0;
        return constants
            .findFloats(reader.inputs().get(input))
            .filter(bias -> bias.elements() == channels && bias.shape().getLast() == channels)
            .map(_ -> new Bias(product, reader, input, channels));
      }
    }
    return Optional.empty();
  }

  private Map<String, double[]> means(
      OnnxModel model, Map<String, Bias> biases, Iterable<Map<String, FloatTensor>> examples) {
    var observed = LostMeans.of(prepared);
    biases.forEach((output, bias) ->
        observed.observe(output, bias.product(), bias.channels(), lost(bias.product())));
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    long batches = 0;
    try (var session = InferenceSession.open(model.withGraph(observed.graph()), settings)) {
      for (var example : examples) {
        observed.add(session, example);
        batches++;
      }
    }
    if (batches == 0) {
      throw new NotQuantizable(
          "bias correction: 0 batches (expected: >= 1)",
          "Give the example inputs that the model was calibrated on.");
    }
    return observed.means();
  }

  private Tensor lost(Node product) {
    var weights = product.inputs().get(1);
    return Tensor.ofFloats("", constants.load(weights).shape(), relations.lost(weights));
  }

  private Graph corrected(Map<String, Bias> biases, Map<String, double[]> means) {
    var names = new FreshNames(TensorUses.definedIn(prepared));
    var initializers = new ArrayList<>(prepared.initializers());
    var nodes = new ArrayList<>(prepared.nodes());
    biases.forEach((output, bias) -> {
      var old = constants.find(Preparation.input(bias.adding(), bias.input()));
      var values = old.map(Tensor::floats).orElseGet(() -> new float[bias.channels()]);
      var mean = requireNonNull(means.get(output));
      for (int channel = 0; channel < values.length; channel++) {
        float value = (float) (values[channel] + mean[channel]);
        if (!Float.isFinite(value)) {
          throw NotQuantizable.notFinite("corrected bias of", output, channel, value);
        }
        values[channel] = value;
      }
      var name = names.take(old.map(Tensor::name).orElse(output + "_bias") + "_corrected");
      var shape = old.map(Tensor::shape).orElseGet(() -> List.of((long) bias.channels()));
      initializers.add(Tensor.ofFloats(name, shape, values));
      var inputs = new ArrayList<>(bias.adding().inputs());
      while (inputs.size() <= bias.input()) {
        inputs.add("");
      }
      inputs.set(bias.input(), name);
      nodes.set(nodes.indexOf(bias.adding()), bias.adding().withInputs(inputs));
    });
    return TensorUses.withoutUnusedInitializers(
        prepared.withNodes(nodes).withInitializers(initializers));
  }
}

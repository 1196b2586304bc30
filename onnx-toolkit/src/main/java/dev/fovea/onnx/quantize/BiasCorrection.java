package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Graph;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.calibrate.ChannelSums;
import dev.fovea.onnx.quantize.calibrate.ChannelSums.Axis;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.OutputBias;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.prepare.TensorUses;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

  private BiasCorrection(Graph prepared, Relations relations) {
    this.prepared = prepared;
    this.relations = relations;
    constants = new Constants(prepared);
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
    var biases = new LinkedHashMap<String, OutputBias>();
    var uses = new TensorUses(graph);
    var quantized = new HashSet<String>();
    for (var outcome : placement.outcomes()) {
      if (outcome instanceof NodeOutcome.Quantized(_, _, var output)) {
        quantized.add(output);
      }
    }
    for (var node : graph.nodes()) {
      var output = Preparation.output(node);
      if (quantized.contains(output)) {
        OutputBias.of(node, graph, correction.constants, uses)
            .ifPresent(bias -> biases.put(output, bias));
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

  private Map<String, double[]> means(
      OnnxModel model,
      Map<String, OutputBias> biases,
      Iterable<Map<String, FloatTensor>> examples) {
    var observed = ChannelSums.of(prepared);
    biases.forEach((output, bias) -> observe(observed, output, bias));
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    long batches = 0;
    try (var session = InferenceSession.open(model.withGraph(observed.graph()), settings)) {
      for (var example : examples) {
        observed.add(observed.run(session, example));
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

  /** What the node would give with the lost part of its weights and without a bias. */
  private void observe(ChannelSums observed, String output, OutputBias bias) {
    var product = bias.product();
    var lost = observed.constant(output + "_lost_weights", lost(product));
    var losing =
        new Node(
            "",
            product.opType(),
            product.domain(),
            List.of(product.inputs().getFirst(), lost),
            List.of(),
            product.attributes());
    var values = observed.compute(output + "_lost", losing);
    observed.observe(output, values, Axis.of(product), bias.channels());
  }

  private Tensor lost(Node product) {
    var weights = product.inputs().get(1);
    return Tensor.ofFloats("", constants.load(weights).shape(), relations.lost(weights));
  }

  private Graph corrected(Map<String, OutputBias> biases, Map<String, double[]> means) {
    var corrected = new LinkedHashMap<OutputBias, float[]>();
    biases.forEach((output, bias) -> {
      var values = bias.values(constants);
      var mean = requireNonNull(means.get(output));
      for (int channel = 0; channel < values.length; channel++) {
        float value = (float) (values[channel] + mean[channel]);
        if (!Float.isFinite(value)) {
          throw NotQuantizable.notFinite("corrected bias of", output, channel, value);
        }
        values[channel] = value;
      }
      corrected.put(bias, values);
    });
    return OutputBias.written(prepared, corrected);
  }
}

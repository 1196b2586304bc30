package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.quantize.calibrate.ObservedGraph;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Where in an INT8 model the noise comes from. */
public final class QuantizationNoise {
  private QuantizationNoise() {}

  /**
   * The signal-to-noise ratio of each quantised tensor against the float model's, in decibels by
   * {@link SignalToNoise} over all examples. The noise of a tensor includes what came before it.
   *
   * @param model the float model
   * @param int8 what {@link Quantizer} made of it
   * @param examples inputs by name, one map a batch, iterated once; at least one
   * @return by name of the tensor in the prepared float model, in the order of the names
   */
  public static Map<String, Double> byTensor(
      OnnxModel model, OnnxModel int8, Iterable<Map<String, FloatTensor>> examples) {
    var prepared = Preparation.prepare(model);
    var dequantized = dequantized(prepared, int8);
    var before = ObservedGraph.of(prepared.graph(), dequantized.keySet());
    var after = ObservedGraph.of(int8.graph(), dequantized.values());
    var afterNames = new HashMap<String, String>();
    after.tensors().forEach((flat, tensor) -> afterNames.put(tensor, flat));
    var ratios = new TreeMap<String, SignalToNoise>();
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    try (var reference = InferenceSession.open(prepared.withGraph(before.graph()), settings);
        var quantized = InferenceSession.open(int8.withGraph(after.graph()), settings)) {
      for (var example : examples) {
        var answers = quantized.run(example, after.tensors().keySet());
        reference.run(
            example,
            before.tensors().keySet(),
            (flat, expected) -> {
              var tensor = requireNonNull(before.tensors().get(flat));
              var actual = requireNonNull(answers.get(afterNames.get(dequantized.get(tensor))));
              ratios
                  .computeIfAbsent(tensor, _ -> new SignalToNoise())
                  .add(expected.data(), actual.data());
            });
      }
    }
    var decibels = new TreeMap<String, Double>();
    ratios.forEach((tensor, ratio) -> decibels.put(tensor, ratio.decibels()));
    return Collections.unmodifiableMap(decibels);
  }

  /** What stands for each computed tensor of the float model in the INT8 model. */
  private static Map<String, String> dequantized(OnnxModel prepared, OnnxModel int8) {
    var computed = new HashSet<String>();
    prepared.graph().nodes().forEach(node -> computed.addAll(node.outputs()));
    var sources = new HashMap<String, String>();
    var names = new TreeMap<String, String>();
    for (var node : int8.graph().nodes()) {
      if (Preparation.is(node, "QuantizeLinear")) {
        sources.put(node.outputs().getFirst(), node.inputs().getFirst());
      } else if (Preparation.is(node, "DequantizeLinear")) {
        source(node, sources, computed)
            .ifPresent(tensor -> names.put(tensor, node.outputs().getFirst()));
      }
    }
    return names;
  }

  /**
   * A graph output keeps its name at the dequantised end, other tensors before the quantising one.
   */
  private static Optional<String> source(
      Node node, Map<String, String> sources, Set<String> computed) {
    if (computed.contains(node.outputs().getFirst())) {
      return Optional.of(node.outputs().getFirst());
    }
    return Optional.ofNullable(sources.get(node.inputs().getFirst())).filter(computed::contains);
  }
}

package dev.fovea.onnx.quantize.search;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.quantize.calibrate.ObservedGraph;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much noise each operator adds by itself, from one pass over some examples: each is computed a
 * second time with its inputs, weights and output in integers, but from the float model's tensors,
 * so that it answers for its own rounding and for nobody's before it.
 */
public final class Sensitivity {
  private Sensitivity() {}

  /**
   * A group and its signal-to-noise ratio in decibels by {@link SignalToNoise}; of several tensors
   * the least.
   */
  public record Ranked(OperatorGroup group, double decibels) {}

  /**
   * The groups, the noisiest first; equal ones in the model's order.
   *
   * @param prepared the float model after preparation
   * @param int8 the model with all in INT8 that can be
   * @param examples inputs by name, one map a batch, iterated once; memory holds one with the
   *     intermediate tensors of both forms
   */
  static List<Ranked> rank(
      OnnxModel prepared,
      OnnxModel int8,
      List<OperatorGroup> groups,
      Iterable<Map<String, FloatTensor>> examples,
      Runnable each) {
    var isolated = IsolatedGraph.of(prepared.graph(), int8.graph());
    var ratios = new HashMap<String, SignalToNoise>();
    if (!isolated.rounded().isEmpty()) {
      measure(int8.withGraph(isolated.graph()), isolated, examples, each, ratios);
    }
    var ranked = new ArrayList<Ranked>();
    for (var group : groups) {
      var worst =
          group.nodes().stream()
              .filter(ratios::containsKey)
              .mapToDouble(output -> requireNonNull(ratios.get(output)).decibels())
              .min();
      // What was not computed in integers has no noise of its own.
      ranked.add(new Ranked(group, worst.orElse(new SignalToNoise().decibels())));
    }
    ranked.sort(Comparator.comparingDouble(Ranked::decibels));
    return List.copyOf(ranked);
  }

  private static void measure(
      OnnxModel model,
      IsolatedGraph isolated,
      Iterable<Map<String, FloatTensor>> examples,
      Runnable each,
      Map<String, SignalToNoise> ratios) {
    var wanted = new ArrayList<String>();
    isolated
        .rounded()
        .forEach((tensor, rounded) -> {
          wanted.add(tensor);
          wanted.add(rounded);
        });
    var observed = ObservedGraph.of(model.graph(), wanted);
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    try (var session = InferenceSession.open(model.withGraph(observed.graph()), settings)) {
      for (var example : examples) {
        each.run();
        // A tensor and its rounded form come one after the other, so that only two are held.
        var before = new HashMap<String, float[]>();
        session.run(
            example,
            observed.tensors().keySet(),
            (flat, values) -> {
              var name = requireNonNull(observed.tensors().get(flat));
              var tensor = isolated.of(name);
              if (tensor.equals(name)) {
                before.put(name, values.data());
              } else {
                ratios
                    .computeIfAbsent(tensor, _ -> new SignalToNoise())
                    .add(requireNonNull(before.remove(tensor)), values.data());
              }
            });
      }
    }
  }
}

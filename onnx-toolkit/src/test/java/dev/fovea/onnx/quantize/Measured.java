package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.Optimisation;
import dev.fovea.onnx.session.SessionSettings;
import java.util.List;
import java.util.Map;

/**
 * How far a model's output is from the float model's, over some inputs.
 *
 * @param decibels signal to noise
 * @param bias the root of the mean square, over the output's elements, of the mean difference: what
 *     stays when noise is averaged out
 */
record Measured(double decibels, double bias) {

  static Measured of(OnnxModel expected, OnnxModel actual, List<Map<String, FloatTensor>> inputs) {
    var settings = SessionSettings.defaults().with(Optimisation.NONE);
    var output = expected.graph().outputs().getFirst().name();
    var ratio = new SignalToNoise();
    double[] sums = null;
    try (var before = InferenceSession.open(expected, settings);
        var after = InferenceSession.open(actual, settings)) {
      for (var input : inputs) {
        var x = requireNonNull(before.run(input).get(output)).data();
        var y = requireNonNull(after.run(input).get(output)).data();
        ratio.add(x, y);
        sums = sums == null ? new double[x.length] : sums;
        for (int i = 0; i < x.length; i++) {
          sums[i] += (double) y[i] - x[i];
        }
      }
    }
    double squares = 0;
    for (double sum : requireNonNull(sums)) {
      squares += sum * sum / inputs.size() / inputs.size();
    }
    return new Measured(ratio.decibels(), Math.sqrt(squares / sums.length));
  }
}

package dev.fovea.onnx.precision;

import dev.fovea.onnx.session.FloatTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Compares the answers of two models to the same question. */
public final class Parity {
  private Parity() {}

  /**
   * Compares all outputs by name. NaN agrees with NaN and an infinity with the same infinity; any
   * other element that is not finite fails its output.
   *
   * @param expected the reference's outputs
   * @param actual the outputs to judge
   */
  public static ParityResult compare(
      Map<String, FloatTensor> expected, Map<String, FloatTensor> actual, Tolerance tolerance) {
    if (expected.isEmpty()) {
      throw new IllegalArgumentException("expected outputs: none (expected: at least one)");
    }
    var reasons = new ArrayList<String>();
    var differences = new ArrayList<OutputDifference>();
    expected.forEach((name, reference) -> {
      var answer = actual.get(name);
      if (answer == null) {
        reasons.add("output '%s': missing".formatted(name));
      } else if (!Arrays.equals(reference.shape(), answer.shape())) {
        reasons.add(
            "output '%s': shape %s (expected: %s)"
                .formatted(
                    name, Arrays.toString(answer.shape()), Arrays.toString(reference.shape())));
      } else {
        var difference = difference(name, reference, answer);
        differences.add(difference);
        if (!difference.within(tolerance)) {
          reasons.add(difference.describe());
        }
      }
    });
    for (var name : actual.keySet()) {
      if (!expected.containsKey(name)) {
        reasons.add("output '%s': not expected".formatted(name));
      }
    }
    return reasons.isEmpty()
        ? new ParityResult.Agree(tolerance, differences)
        : new ParityResult.Disagree(tolerance, reasons, differences);
  }

  private static OutputDifference difference(
      String name, FloatTensor expected, FloatTensor actual) {
    var x = expected.data();
    var y = actual.data();
    var ratio = new SignalToNoise();
    double dot = 0;
    double xx = 0;
    double yy = 0;
    double largest = 0;
    double worst = -1;
    int worstAt = 0;
    long nonFinite = 0;
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i]) || !Float.isFinite(y[i])) {
        // Float.compare holds NaN equal to NaN and keeps the infinities apart.
        nonFinite += Float.compare(x[i], y[i]) == 0 ? 0 : 1;
        continue;
      }
      ratio.add(x[i], y[i]);
      dot += (double) x[i] * y[i];
      xx += (double) x[i] * x[i];
      yy += (double) y[i] * y[i];
      largest = Math.max(largest, Math.abs(x[i]));
      double apart = Math.abs((double) x[i] - y[i]);
      if (apart > worst) {
        worst = apart;
        worstAt = i;
      }
    }
    double maxAbsolute = Math.max(worst, 0);
    return new OutputDifference(
        name,
        maxAbsolute,
        maxAbsolute == 0 ? 0 : maxAbsolute / largest,
        cosine(dot, xx, yy),
        ratio.decibels(),
        x.length == 0 ? List.of() : index(worstAt, expected.shape()),
        x.length == 0 ? 0 : x[worstAt],
        x.length == 0 ? 0 : y[worstAt],
        nonFinite);
  }

  private static double cosine(double dot, double xx, double yy) {
    if (xx == 0 || yy == 0) {
      return xx == yy ? 1 : 0;
    }
    return Math.clamp(dot / Math.sqrt(xx) / Math.sqrt(yy), -1.0, 1.0);
  }

  private static List<Long> index(int flat, long[] shape) {
    var index = new Long[shape.length];
    long rest = flat;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    return List.of(index);
  }
}

package dev.fovea.onnx.prune.correct;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.precision.SignalToNoise;
import dev.fovea.onnx.session.FloatTensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How far a model's outputs are from another's. One whose shape differs does not count. */
final class OutputNoise {
  private final Map<String, SignalToNoise> ratios = new TreeMap<>();
  private final Set<String> incomparable = new HashSet<>();

  /** Takes in the answers to one example. */
  void add(Map<String, FloatTensor> expected, Map<String, FloatTensor> actual) {
    expected.forEach((output, x) -> {
      var y = requireNonNull(actual.get(output));
      if (Arrays.equals(x.shape(), y.shape())) {
        ratios.computeIfAbsent(output, _ -> new SignalToNoise()).add(x.data(), y.data());
      } else {
        incomparable.add(output);
      }
    });
  }

  /** The mean of the outputs' ratios in decibels; the least there is where none is a number. */
  double decibels() {
    double mean =
        ratios.entrySet().stream()
            .filter(each -> !incomparable.contains(each.getKey()))
            .mapToDouble(each -> each.getValue().decibels())
            .average()
            .orElse(Double.NEGATIVE_INFINITY);
    return Double.isNaN(mean) ? Double.NEGATIVE_INFINITY : mean;
  }
}

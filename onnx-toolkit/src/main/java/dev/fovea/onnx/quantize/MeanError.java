package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.session.FloatTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the outputs of a model are from another's in mean: what is left of the differences once
 * they are averaged over all inputs and positions, by channel (axis 1). It is given as a part of
 * the root of the mean square of the other's outputs.
 */
final class MeanError {
  private static final class Output {
    private double[] differences = new double[0];
    private long positions;
    private double squares;
    private long elements;
    private boolean comparable = true;
  }

  private final Map<String, Output> outputs = new TreeMap<>();

  /** Takes in the answers to one batch. */
  void add(Map<String, FloatTensor> expected, Map<String, FloatTensor> actual) {
    expected.forEach((name, x) ->
        add(outputs.computeIfAbsent(name, _ -> new Output()), x, requireNonNull(actual.get(name))));
  }

  /**
   * The root of the mean over the outputs of the square of each one's error. An output whose shape
   * differs between the models, or whose number of channels changes, does not count.
   */
  double ofAll() {
    return Math.sqrt(
        outputs.values().stream()
            .filter(output -> output.comparable && output.squares > 0)
            .mapToDouble(MeanError::square)
            .average()
            .orElse(0));
  }

  private static double square(Output output) {
    double sum = 0;
    for (double difference : output.differences) {
      double mean = difference / output.positions;
      sum += mean * mean / output.differences.length;
    }
    return sum / (output.squares / output.elements);
  }

  private static void add(Output output, FloatTensor x, FloatTensor y) {
    var shape = x.shape();
    int channels = shape.length < 2 ? 1 : (int) shape[1];
    if (output.positions == 0) {
      output.differences = new double[channels];
    }
    if (!Arrays.equals(shape, y.shape()) || output.differences.length != channels) {
      output.comparable = false;
    }
    int elements = x.data().length;
    if (!output.comparable || elements == 0) {
      return;
    }
    int inner = 1;
    for (int axis = 2; axis < shape.length; axis++) {
      inner *= (int) shape[axis];
    }
    for (int i = 0; i < elements; i++) {
      output.differences[i / inner % channels] += (double) y.data()[i] - x.data()[i];
      output.squares += (double) x.data()[i] * x.data()[i];
    }
    output.positions += elements / channels;
    output.elements += elements;
  }
}

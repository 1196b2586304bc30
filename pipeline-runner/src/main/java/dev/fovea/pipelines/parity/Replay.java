package dev.fovea.pipelines.parity;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.precision.Parity;
import dev.fovea.onnx.precision.ParityResult;
import dev.fovea.onnx.precision.Tolerance;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks a loaded model what a recording holds. */
public final class Replay {
  private Replay() {}

  /**
   * Runs every example by itself, so that a model of batch 1 and one of any batch are asked alike,
   * and compares all outputs.
   *
   * @param relative the largest difference allowed, relative to the largest recorded output
   * @throws InvalidRequest when the recording has other inputs or outputs than the model
   */
  public static ParityResult of(Recording recording, InferenceSession model, double relative) {
    if (recording.outputs().size() > model.outputs().size()
        || recording.inputs().size() != model.inputs().size()) {
      throw new InvalidRequest(
          "recording: %d inputs and %d outputs (expected: the model's %d and at most %d)"
              .formatted(
                  recording.inputs().size(),
                  recording.outputs().size(),
                  model.inputs().size(),
                  model.outputs().size()),
          "record every input of the model, and its outputs by position");
    }
    var expected = new LinkedHashMap<String, FloatTensor>();
    recording
        .outputs()
        .forEach((position, tensor) -> expected.put(outputName(model, position), tensor));
    var answers = new LinkedHashMap<String, float[]>();
    expected.forEach((name, tensor) -> answers.put(name, new float[tensor.data().length]));
    for (int example = 0; example < recording.examples(); example++) {
      int at = example;
      model.run(
          example(recording, model, example),
          expected.keySet(),
          (name, tensor) -> place(name, tensor, at, answers, expected));
    }
    var actual = new LinkedHashMap<String, FloatTensor>();
    answers.forEach((name, data) -> actual.put(name, new FloatTensor(shape(expected, name), data)));
    return Parity.compare(expected, actual, Tolerance.relative(relative));
  }

  private static Map<String, FloatTensor> example(
      Recording recording, InferenceSession model, int example) {
    var inputs = new LinkedHashMap<String, FloatTensor>();
    // An exporter may rename a single input; with several the names must agree.
    if (model.inputs().size() == 1) {
      inputs.put(
          model.inputs().getFirst().name(),
          row(recording.inputs().values().iterator().next(), example));
    } else {
      recording.inputs().forEach((name, tensor) -> inputs.put(name, row(tensor, example)));
    }
    return inputs;
  }

  /** One example with a first axis of 1. */
  private static FloatTensor row(FloatTensor batch, int example) {
    var shape = batch.shape();
    int size = batch.data().length / Math.toIntExact(shape[0]);
    shape[0] = 1;
    return new FloatTensor(
        shape, Arrays.copyOfRange(batch.data(), example * size, (example + 1) * size));
  }

  private static void place(
      String name,
      FloatTensor answer,
      int example,
      Map<String, float[]> answers,
      Map<String, FloatTensor> expected) {
    var all = answers.getOrDefault(name, new float[0]);
    int size = all.length / Math.toIntExact(shape(expected, name)[0]);
    if (answer.data().length != size) {
      throw new InvalidRequest(
          "output '%s': %d numbers an example (expected: %d, as recorded)"
              .formatted(name, answer.data().length, size),
          "record the outputs of this model, not of another one");
    }
    System.arraycopy(answer.data(), 0, all, example * size, size);
  }

  private static String outputName(InferenceSession model, int position) {
    if (position >= model.outputs().size()) {
      throw new InvalidRequest(
          "recording: output %d (expected: 0 to %d)"
              .formatted(position, model.outputs().size() - 1),
          "number the outputs from 0 in the model's order");
    }
    return model.outputs().get(position).name();
  }

  private static long[] shape(Map<String, FloatTensor> tensors, String name) {
    var tensor = tensors.get(name);
    return tensor == null ? new long[0] : tensor.shape();
  }
}

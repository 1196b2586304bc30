package dev.fovea.vision.detection;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the forms of output have in common: which tensor is meant, and who is refused. */
final class OutputForm {
  private OutputForm() {}

  /** The first of the model's outputs. */
  static List<String> first(List<String> offered) {
    if (offered.isEmpty()) {
      throw new InvalidRequest("model without outputs (expected: 1)", "export it with its outputs");
    }
    return offered.subList(0, 1);
  }

  /** The only tensor. */
  static FloatTensor only(Map<String, FloatTensor> outputs) {
    return outputs.values().iterator().next();
  }

  /** A refusal of an output's shape. */
  static InvalidRequest unfit(String output, FloatTensor tensor, String expected, String remedy) {
    return new InvalidRequest(
        "model's output for one image: %s is %s (expected: %s)"
            .formatted(output, Arrays.toString(tensor.shape()), expected),
        remedy);
  }

  /** A refusal of a class that the dataset does not have. */
  static InvalidRequest unknownClass(double label, int least, int classes) {
    return new InvalidRequest(
        "model answers class %s (expected: a whole number, %d to %d, for the %d classes of the dataset)"
            .formatted(label, least, least + classes - 1, classes),
        "train the model on this dataset's classes, or name the dataset that it was trained on in fovea.yaml");
  }
}

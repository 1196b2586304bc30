package dev.fovea.serving.model;

import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.TensorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a loaded model goes with its classes and its preprocessing. */
final class Fit {
  private static final Set<String> ADDED = Set.of(ServedModel.PROBABILITIES, ServedModel.LABEL);

  private final String label;
  private final List<String> classes;
  private final PreprocessSpec preprocess;
  private final InferenceSession session;

  Fit(String label, List<String> classes, PreprocessSpec preprocess, InferenceSession session) {
    this.label = label;
    this.classes = classes;
    this.preprocess = preprocess;
    this.session = session;
  }

  /** The only input: FP32, images by channels by height by width, as the preprocessing makes it. */
  TensorSpec input() {
    if (session.inputs().size() != 1) {
      throw refused(
          "it has %d inputs (expected: 1)".formatted(session.inputs().size()),
          "export the model with one input, the image");
    }
    var input = session.inputs().getFirst();
    var made =
        List.of(
            (long) preprocess.colour().channels(),
            (long) preprocess.height(),
            (long) preprocess.width());
    if (input.type() != DataType.FLOAT || input.shape().size() != 4) {
      throw refused(
          "its input '%s' is %s%s (expected: FLOAT with 4 axes: images, channels, height, width)"
              .formatted(input.name(), input.type(), input.shape()),
          "export the model for float images in NCHW order");
    }
    for (int axis = 0; axis < made.size(); axis++) {
      long size = input.shape().get(axis + 1);
      if (size != TensorSpec.DYNAMIC && size != made.get(axis)) {
        throw refused(
            "its input '%s' is %s, but the preprocessing makes %s of each image"
                .formatted(input.name(), input.shape(), made),
            "set release.preprocess (size, colour) in fovea.yaml to what the model was trained on");
      }
    }
    return input;
  }

  /** The output with one score a class; absent where no classes were named. */
  Optional<String> scoresOutput() {
    for (var output : session.outputs()) {
      if (ADDED.contains(output.name())) {
        throw refused(
            "its output '%s' has a name that the server uses itself".formatted(output.name()),
            "export the model with another name for that output, such as logits");
      }
    }
    if (classes.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        session.outputs().stream()
            .filter(output -> output.type() == DataType.FLOAT && scores(output.shape()))
            .map(TensorSpec::name)
            .findFirst()
            .orElseThrow(() ->
                refused(
                    "none of its outputs %s has one score for each of the %d classes"
                        .formatted(session.outputs(), classes.size()),
                    "name as many classes as the model has scores, in their order")));
  }

  private boolean scores(List<Long> shape) {
    return shape.size() == 2
        && (shape.get(1) == classes.size() || shape.get(1) == TensorSpec.DYNAMIC);
  }

  private ModelNotServable refused(String why, String fix) {
    return new ModelNotServable(label, why, fix);
  }
}

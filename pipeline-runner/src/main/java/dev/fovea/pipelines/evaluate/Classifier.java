package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.teamfile.PreprocessSpec;
import java.util.List;
import java.util.Map;

/** A loaded model whose first output has one number a class. */
final class Classifier implements ModelUnderTest {
  private final InferenceSession session;
  private final List<String> classes;

  private Classifier(InferenceSession session, List<String> classes) {
    this.session = session;
    this.classes = classes;
  }

  static Classifier checked(
      InferenceSession session, List<String> classes, PreprocessSpec preprocess) {
    var classifier = new Classifier(session, classes);
    int outputs = classifier.logits(Pictures.black(preprocess)).length;
    if (outputs != classes.size()) {
      throw new InvalidRequest(
          "model with %d outputs for an image (expected: %d, one a class of the dataset)"
              .formatted(outputs, classes.size()),
          "train the model on this dataset's classes, or name the dataset that it was trained on in fovea.yaml");
    }
    return classifier;
  }

  /** An answer that is not finite is no answer. */
  @Override
  public Answer answer(Sample sample, Picture picture) {
    var logits = logits(picture.input());
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        return new Scored(sample.image(), sample.path(), sample.label(), sample.slice(), "", 0);
      }
    }
    var answer = dev.fovea.vision.metrics.Answer.ofLogits(logits);
    return new Scored(
        sample.image(),
        sample.path(),
        sample.label(),
        sample.slice(),
        classes.get(answer.label()),
        answer.confidence());
  }

  @Override
  public void close() {
    session.close();
  }

  private float[] logits(FloatTensor input) {
    var output = session.outputs().getFirst().name();
    var answer =
        session.run(Map.of(session.inputs().getFirst().name(), input), List.of(output)).get(output);
    return answer == null ? new float[0] : answer.data();
  }
}

package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.store.ObjectStore;
import dev.fovea.vision.metrics.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A loaded model whose first output has one number a class. */
public final class Classifier implements AutoCloseable {
  private final InferenceSession session;
  private final List<String> classes;

  private Classifier(InferenceSession session, List<String> classes) {
    this.session = session;
    this.classes = classes;
  }

  /**
   * Loads a model and checks, by one run, that it takes this input and answers one number a class.
   *
   * @param input the shape of one image
   * @throws InvalidRequest when it has several inputs or another number of outputs
   */
  public static Classifier open(
      ObjectStore objects, Digest model, List<String> classes, List<Long> input)
      throws IOException {
    try (var local = objects.local(model)) {
      var session = InferenceSession.open(local.path(), SessionSettings.defaults());
      try {
        return checked(new Classifier(session, classes), input);
      } catch (RuntimeException e) {
        session.close();
        throw e;
      }
    }
  }

  /** What it says to one image; an answer that is not finite is no answer. */
  public Scored answer(Sample sample, FloatTensor input) {
    var logits = logits(input);
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        return new Scored(sample.image(), sample.path(), sample.label(), sample.slice(), "", 0);
      }
    }
    var answer = Answer.ofLogits(logits);
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

  private static Classifier checked(Classifier classifier, List<Long> input) {
    if (classifier.session.inputs().size() != 1) {
      throw new InvalidRequest(
          "model with %d inputs (expected: 1, an image)"
              .formatted(classifier.session.inputs().size()),
          "export a model whose forward takes one tensor");
    }
    var shape = input.stream().mapToLong(Long::longValue).toArray();
    var zeros = new float[Math.toIntExact(input.stream().reduce(1L, Math::multiplyExact))];
    int outputs = classifier.logits(new FloatTensor(shape, zeros)).length;
    if (outputs != classifier.classes.size()) {
      throw new InvalidRequest(
          "model with %d outputs for an image (expected: %d, one a class of the dataset)"
              .formatted(outputs, classifier.classes.size()),
          "train the model on this dataset's classes, or name the dataset that it was trained on in fovea.yaml");
    }
    return classifier;
  }

  private float[] logits(FloatTensor input) {
    var output = session.outputs().getFirst().name();
    var answer =
        session.run(Map.of(session.inputs().getFirst().name(), input), List.of(output)).get(output);
    return answer == null ? new float[0] : answer.data();
  }
}

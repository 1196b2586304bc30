package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.InferenceSession;
import dev.fovea.onnx.session.SessionSettings;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A loaded model that is asked about images. */
public sealed interface ModelUnderTest extends AutoCloseable permits Classifier, Detector {
  /**
   * Loads a model and checks, by one run, that it takes this input and that its outputs are of so
   * many classes.
   *
   * @param classes the dataset's, in the order of the model's outputs
   * @param detector how its outputs are read; absent for a classifier
   * @throws InvalidRequest when they are not
   */
  static ModelUnderTest open(
      ObjectStore objects,
      Digest model,
      List<String> classes,
      PreprocessSpec preprocess,
      Optional<DetectorSpec> detector)
      throws IOException {
    try (var local = objects.local(model)) {
      return open(local.path(), classes, preprocess, detector);
    }
  }

  /** The same of a file. */
  static ModelUnderTest open(
      Path model,
      List<String> classes,
      PreprocessSpec preprocess,
      Optional<DetectorSpec> detector) {
    var session = InferenceSession.open(model, SessionSettings.defaults());
    try {
      if (session.inputs().size() != 1) {
        throw new InvalidRequest(
            "model with %d inputs (expected: 1, an image)".formatted(session.inputs().size()),
            "export a model whose forward takes one tensor");
      }
      return detector.isPresent()
          ? Detector.checked(session, detector.get(), classes.size(), preprocess)
          : Classifier.checked(session, classes, preprocess);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** What it says to one image. */
  Answer answer(Sample sample, Picture picture);

  @Override
  void close();
}

package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.evaluate.ClassifiedImages;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;

/**
 * Shows the training images to the model that is in production, and keeps what its last layer sees.
 */
final class FeaturesStep implements JobStep<RetrainState> {
  /** A detector has no last layer of one number a class. */
  static final String NO_DETECTORS =
      "refit-head fits the last layer of classifiers: take 'train' out of fovea.yaml, train the detector where it was trained, and register what comes out; it is released like any model";

  private final Artefacts artefacts;
  private final Exports exports;
  private final ObjectStore objects;

  FeaturesStep(Artefacts artefacts, Exports exports, ObjectStore objects) {
    this.artefacts = artefacts;
    this.exports = exports;
    this.objects = objects;
  }

  @Override
  public String name() {
    return "features";
  }

  @Override
  public Outcome run(RetrainState state) throws Exception {
    var training = state.training();
    var fp32 = exports.fp32(training.fromDigest(), training.format());
    var manifest = ClassifiedImages.read(objects, training.dataset(), NO_DETECTORS);
    var samples = manifest.split("train");
    var preprocess = state.release().preprocess();
    var head = Head.of(model(objects, fp32));
    if (samples.isEmpty() || head.classes() != manifest.classes().size()) {
      throw new InvalidRequest(
          "dataset version %s: %d training images of %d classes (expected: 1 or more, of the model's %d classes)"
              .formatted(
                  training.dataset().abbreviated(),
                  samples.size(),
                  manifest.classes().size(),
                  head.classes()),
          "give the dataset the classes that the model was trained on, or train a new model");
    }
    var recipe =
        new Artefacts.Recipe(
            "features-1",
            List.of(
                fp32.toString(), training.dataset().toString(), preprocess.digest().toString()));
    state.features(
        artefacts.made(
            recipe,
            () ->
                Features.of(head, samples, new Pictures(objects, preprocess))
                    .write(objects, head.width())));
    return new Outcome.Done(
        "%d features of each of %d training images".formatted(head.width(), samples.size()),
        List.of());
  }

  static OnnxModel model(ObjectStore objects, Digest digest) throws IOException {
    try (var local = objects.local(digest)) {
      return OnnxReader.read(local.path());
    }
  }
}

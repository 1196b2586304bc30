package dev.fovea.pipelines.retrain;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.evaluate.ClassifiedImages;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.parity.Recording;
import dev.fovea.pipelines.retrain.SoftmaxRegression.Epoch;
import dev.fovea.pipelines.retrain.SoftmaxRegression.Examples;
import dev.fovea.pipelines.retrain.SoftmaxRegression.Weights;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Fits the last layer to the features, and writes the model with it. */
final class FitStep implements JobStep<RetrainState> {
  /** The slice of frames that came back from production and were labelled. */
  private static final String PRODUCTION_SLICE = "production";

  private static final int BATCH = 32;
  private static final int RECORDED_EXAMPLES = 32;

  private final Artefacts artefacts;
  private final Exports exports;
  private final ObjectStore objects;

  FitStep(Artefacts artefacts, Exports exports, ObjectStore objects) {
    this.artefacts = artefacts;
    this.exports = exports;
    this.objects = objects;
  }

  @Override
  public String name() {
    return "fit";
  }

  @Override
  public Outcome run(RetrainState state) throws Exception {
    var training = state.training();
    var fp32 = exports.fp32(training.fromDigest(), training.format());
    var recipe =
        new Artefacts.Recipe(
            "fit-1",
            List.of(
                fp32.toString(),
                training.dataset().toString(),
                state.features().toString(),
                state.spec().toString()));
    state.fitted(artefacts.made(recipe, () -> fitted(state, fp32).write(objects)));
    var fitted = Fitted.read(objects, state.fitted());
    return new Outcome.Done(
        String.format(
            Locale.ROOT,
            "%d training images, %d of them from production: %.2f %% right, %.2f %% before",
            fitted.images(),
            fitted.labelled(),
            fitted.accuracy().getLast() * 100,
            fitted.accuracy().getFirst() * 100),
        List.of());
  }

  private Fitted fitted(RetrainState state, Digest fp32) throws IOException {
    var spec = state.spec();
    var manifest =
        ClassifiedImages.read(objects, state.training().dataset(), FeaturesStep.NO_DETECTORS);
    var samples = manifest.split("train");
    var features = Features.read(objects, state.features());
    var head = Head.of(FeaturesStep.model(objects, fp32));
    var settings =
        new SoftmaxRegression.Settings(
            spec.epochs(), spec.learningRate(), spec.l2(), BATCH, spec.seed());
    var examples = examples(samples, manifest.classes(), features, spec.feedbackWeight());
    var fit = new SoftmaxRegression(examples, head.weights(), settings).fit();
    requireFinite(fit.weights());
    var model =
        objects.put(
            OnnxWriter.bytes(
                head.with(fit.weights()).withMetadata("fovea.retrained.from", fp32.toString())));
    var recording = recording(state, head, samples, features, fit.weights());
    return new Fitted(
        model,
        objects.put(recording.bytes()),
        fit.course().stream().map(Epoch::loss).toList(),
        fit.course().stream().map(Epoch::accuracy).toList(),
        samples.size(),
        (int) samples.stream().filter(FitStep::isFromProduction).count());
  }

  private static Examples examples(
      List<Sample> samples, List<String> classes, Features features, double feedbackWeight) {
    var labels = samples.stream().mapToInt(sample -> classes.indexOf(sample.label())).toArray();
    var weights =
        samples.stream()
            .mapToDouble(sample -> isFromProduction(sample) ? feedbackWeight : 1)
            .toArray();
    return new Examples(features.rows().toArray(float[][]::new), labels, weights);
  }

  private Recording recording(
      RetrainState state, Head head, List<Sample> samples, Features features, Weights weights)
      throws IOException {
    var preprocess = state.release().preprocess();
    var pictures = new Pictures(objects, preprocess);
    var shape = Pictures.shape(preprocess).stream().mapToLong(Long::longValue).toArray();
    int count = Math.min(RECORDED_EXAMPLES, samples.size());
    shape[0] = count;
    int pixels = Math.toIntExact(shape[1] * shape[2] * shape[3]);
    var inputs = new float[count * pixels];
    var outputs = new float[count * head.classes()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(pictures.tensor(samples.get(i)).data(), 0, inputs, i * pixels, pixels);
      var logits = weights.logits(features.rows().get(i));
      for (int c = 0; c < logits.length; c++) {
        outputs[i * logits.length + c] = (float) logits[c];
      }
    }
    var name = head.model().graph().inputs().getFirst().name();
    return new Recording(
        Map.of(name, new FloatTensor(shape, inputs)),
        Map.of(0, FloatTensor.of(outputs, count, head.classes())));
  }

  private static boolean isFromProduction(Sample sample) {
    return sample.slice().equals(Optional.of(PRODUCTION_SLICE));
  }

  private static void requireFinite(Weights weights) {
    for (var row : weights.matrix()) {
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new InvalidRequest(
              "the fit diverged: a weight is %s".formatted(value),
              "lower train.learning-rate in fovea.yaml and push it");
        }
      }
    }
  }
}

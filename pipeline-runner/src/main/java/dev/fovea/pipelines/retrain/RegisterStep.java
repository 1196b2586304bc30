package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.Models;
import dev.fovea.registry.Runs;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Logs the fit as a run and registers its model, which is then released like any other. */
final class RegisterStep implements JobStep<RetrainState> {
  private final Runs runs;
  private final Models models;
  private final ObjectStore objects;

  RegisterStep(Runs runs, Models models, ObjectStore objects) {
    this.runs = runs;
    this.models = models;
    this.objects = objects;
  }

  @Override
  public String name() {
    return "register";
  }

  @Override
  public Outcome run(RetrainState state) throws IOException {
    var training = state.training();
    var fitted = Fitted.read(objects, state.fitted());
    var now = Clock.systemUTC().instant();
    var run =
        runs.log(
            training.project(),
            new Runs.Finished(
                training.digest(),
                "refit head of %s %d".formatted(training.model(), training.from()),
                training.model().text(),
                params(state, fitted),
                Map.of("loss", fitted.loss(), "train_accuracy", fitted.accuracy()),
                Map.of("fovea.job", "retrain", "fovea.from", training.fromDigest().toString()),
                List.of(new Runs.DatasetVersionUse(training.datasetName(), training.dataset())),
                training.started(),
                now));
    var version =
        models.register(
            training.project(),
            new Models.Registration(
                training.model(),
                fitted.model(),
                Format.ONNX,
                Optional.of(run.id()),
                Optional.of(training.dataset()),
                Optional.of(fitted.parity()),
                Optional.of(training.fromDigest())));
    state.number(version.number());
    var node =
        new LineageNode(
            LineageNode.Kind.MODEL_VERSION,
            fitted.model(),
            "%s %d".formatted(training.model(), version.number()));
    return new Outcome.Done(
        String.format(
            Locale.ROOT,
            "%s %d: %.2f %% of %d training images right, %.2f %% before; %d labelled frames from production",
            training.model(),
            version.number(),
            fitted.accuracy().getLast() * 100,
            fitted.images(),
            fitted.accuracy().getFirst() * 100,
            fitted.labelled()),
        List.of(
            new LineageLinked(
                training.project(), training.datasetNode(), "trained on", node, now)));
  }

  private static Map<String, String> params(RetrainState state, Fitted fitted) {
    var spec = state.spec();
    return Map.of(
        "epochs", Integer.toString(spec.epochs()),
        "learning_rate", Double.toString(spec.learningRate()),
        "l2", Double.toString(spec.l2()),
        "feedback_weight", Double.toString(spec.feedbackWeight()),
        "seed", Long.toString(spec.seed()),
        "images", Integer.toString(fitted.images()),
        "labelled_frames", Integer.toString(fitted.labelled()));
  }
}

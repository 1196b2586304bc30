package dev.fovea.pipelines.retrain;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.Models;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.teamfile.TrainSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** Starts a retraining when labels came back. */
final class RetrainStarts {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainStarts.class);
  private static final String PRODUCTION = "production";

  private final Datasets datasets;
  private final Models models;
  private final ObjectStore objects;
  private final Trainings trainings;
  private final TransactionTemplate transactions;
  private final Consumer<Digest> run;

  /**
   * @param run has a retraining run; called in a transaction
   */
  RetrainStarts(
      Datasets datasets,
      Models models,
      ObjectStore objects,
      Trainings trainings,
      TransactionTemplate transactions,
      Consumer<Digest> run) {
    this.datasets = datasets;
    this.models = models;
    this.objects = objects;
    this.trainings = trainings;
    this.transactions = transactions;
    this.run = run;
  }

  /**
   * A dataset version that comes from annotation starts one; a push doesn't, since whoever pushes
   * trains.
   */
  void committed(DatasetCommitted event) throws IOException {
    if (event.batch().isEmpty()) {
      return;
    }
    try {
      start(event);
    } catch (Problem e) {
      // Another try would end the same way.
      if (e.kind() == Problem.Kind.UNAVAILABLE) {
        throw e;
      }
      LOG.warn(
          "dataset {} starts no retraining: {}; {}",
          event.version().abbreviated(),
          e.explanation(),
          e.remedy());
    }
  }

  private void start(DatasetCommitted event) throws IOException {
    var text = datasets.teamFile(event.project(), event.commit()).text();
    var policy = TeamFile.parse(text);
    var train = policy.train();
    var release = policy.release().filter(spec -> spec.dataset().equals(event.dataset()));
    if (train.isEmpty() || release.isEmpty()) {
      LOG.info("fovea.yaml of {} trains nothing on {}", event.project(), event.dataset());
      return;
    }
    requireRefit(train.get());
    var model = release.get().model();
    var from =
        models
            .aliased(event.project(), model, PRODUCTION)
            .orElseThrow(() ->
                new NoSuchThing(
                    "version in production of model",
                    model.text(),
                    "promote a version of it first"));
    var version = datasets.version(event.project(), event.dataset(), event.version());
    var training =
        new Training(
            event.project(),
            model,
            from.number(),
            from.digest(),
            from.format(),
            event.dataset(),
            event.version(),
            version.number(),
            objects.put(text.getBytes(StandardCharsets.UTF_8)),
            Clock.systemUTC().instant());
    transactions.executeWithoutResult(_ -> {
      if (trainings.add(training)) {
        run.accept(training.digest());
      }
    });
  }

  private static void requireRefit(TrainSpec spec) {
    if (spec instanceof TrainSpec.Command) {
      throw new InvalidRequest(
          "train.command in fovea.yaml: Fovea runs no commands yet",
          "use 'train: {refit-head: …}', or run the command in CI and register its model by MLflow");
    }
  }
}

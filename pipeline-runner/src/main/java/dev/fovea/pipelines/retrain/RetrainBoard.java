package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.job.Board;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.job.Steps;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down how retrainings stand, and the lineage that follows. */
final class RetrainBoard implements Board {
  private static final long LIMIT_POLICY_BYTES = 1 << 20;

  private final Trainings trainings;
  private final ObjectStore objects;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;

  /**
   * @param events where events go; called in a transaction
   */
  RetrainBoard(
      Trainings trainings,
      ObjectStore objects,
      TransactionTemplate transactions,
      Consumer<Object> events) {
    this.trainings = trainings;
    this.objects = objects;
    this.transactions = transactions;
    this.events = events;
  }

  RetrainState state(StepExecution execution) {
    var training = trainings.load(Steps.key(execution));
    try {
      var text =
          new String(
              objects.bytes(training.policyText(), LIMIT_POLICY_BYTES), StandardCharsets.UTF_8);
      return new RetrainState(training, TeamFile.parse(text), execution);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void began(Digest job, String step) {
    transactions.executeWithoutResult(
        _ -> trainings.stands(job, "running", "step " + step + " runs"));
  }

  @Override
  public void ended(Digest job, String step, StepExecution execution, Outcome outcome) {
    if (outcome instanceof Outcome.Done(var summary, var links)) {
      transactions.executeWithoutResult(_ -> {
        trainings.stands(job, "running", summary);
        state(execution).number().ifPresent(number -> trainings.came(job, number));
        links.forEach(events);
      });
    }
  }

  @Override
  public void failed(Digest job, String step, String reason) {
    transactions.executeWithoutResult(
        _ -> trainings.stands(job, "running", "step %s failed: %s".formatted(step, reason)));
  }
}

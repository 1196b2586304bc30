package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.job.BatchRuns;
import dev.fovea.pipelines.job.BatchRuns.End;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.batch.core.job.Job;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs a retraining to its end or its failure, and says which. */
final class RetrainRunner {
  private static final Logger LOG = LoggerFactory.getLogger(RetrainRunner.class);
  private static final int TRIES = 3;

  private final BatchRuns runs;
  private final Job job;
  private final Trainings trainings;
  private final TransactionTemplate transactions;

  /** The row of the queue: which retraining to run. */
  record Due(Digest training) {}

  RetrainRunner(BatchRuns runs, Job job, Trainings trainings, TransactionTemplate transactions) {
    this.runs = runs;
    this.job = job;
    this.trainings = trainings;
    this.transactions = transactions;
  }

  /** Runs it; throws what the queue should try again. */
  void run(Due due) throws Exception {
    switch (runs.run(job, due.training())) {
      case End.Completed _ ->
          transactions.executeWithoutResult(_ -> trainings.done(due.training()));
      case End.Waiting _ -> throw new IllegalStateException("a retraining waits for nobody");
      case End.Failed failed -> failed(due.training(), failed);
    }
  }

  private void failed(Digest training, End.Failed failed) {
    boolean unavailable =
        failed.cause() instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE;
    if (!failed.worthAnotherTry() || (!unavailable && trainings.tried(training) >= TRIES)) {
      LOG.error("retraining {} failed", training.abbreviated(), failed.cause());
      transactions.executeWithoutResult(_ -> trainings.stands(training, "failed", failed.reason()));
    } else {
      throw failed.cause() instanceof Problem problem
          ? problem
          : new IllegalStateException(
              "retraining %s is tried again".formatted(training.abbreviated()), failed.cause());
    }
  }
}

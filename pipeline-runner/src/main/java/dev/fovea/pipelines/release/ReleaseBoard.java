package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.job.Board;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.job.Steps;
import dev.fovea.pipelines.launch.JobWatch.Watched;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down how releases stand: their steps, what these made, and the lineage that follows. */
final class ReleaseBoard implements Board {
  private static final long LIMIT_POLICY_BYTES = 1 << 20;

  private final Orders orders;
  private final OrderSteps steps;
  private final ObjectStore objects;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final Consumer<Watched> watch;

  /**
   * @param events where events go; called in a transaction
   * @param watch has a heavy job watched that a release waits for; called in a transaction
   */
  ReleaseBoard(
      Orders orders,
      OrderSteps steps,
      ObjectStore objects,
      TransactionTemplate transactions,
      Consumer<Object> events,
      Consumer<Watched> watch) {
    this.orders = orders;
    this.steps = steps;
    this.objects = objects;
    this.transactions = transactions;
    this.events = events;
    this.watch = watch;
  }

  /** The state of the release that this execution belongs to. */
  ReleaseState state(StepExecution execution) {
    var order = orders.load(Steps.key(execution));
    var text = new String(bytes(order.policyText()), StandardCharsets.UTF_8);
    return new ReleaseState(
        order,
        TeamFile.parse(text),
        execution,
        (share, summary) ->
            steps.progress(order.digest(), execution.getStepName(), share, summary));
  }

  @Override
  public void began(Digest job, String step) {
    transactions.executeWithoutResult(_ -> {
      steps.began(job, step);
      orders.stands(job, Release.State.RUNNING, "step " + step + " runs");
    });
  }

  @Override
  public void ended(Digest job, String step, StepExecution execution, Outcome outcome) {
    var state = state(execution);
    var verdict = state.verdict().map(this::verdict);
    transactions.executeWithoutResult(_ -> {
      orders.outputs(
          job,
          state.variantIfMade(Variant.FP32),
          state.variantIfMade(Variant.INT8),
          verdict,
          state.rollout());
      switch (outcome) {
        case Outcome.Done(var summary, var links) -> {
          steps.ended(job, step, "done", 1, summary);
          links.forEach(events);
        }
        case Outcome.Going(double progress, var summary) ->
            steps.progress(job, step, progress, summary);
        case Outcome.Waiting(var summary) -> {
          steps.ended(job, step, "waiting", 0, summary);
          orders.awaits(job, state.profileJobs());
          state.awaits().ifPresent(order -> watch.accept(new Watched(order, job)));
        }
        case Outcome.NotNeeded() -> steps.untouched(job, step);
      }
    });
  }

  @Override
  public void failed(Digest job, String step, String reason) {
    transactions.executeWithoutResult(_ -> steps.ended(job, step, "failed", 0, reason));
  }

  private Verdict verdict(Digest digest) {
    try {
      return GateStep.read(objects, digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] bytes(Digest digest) {
    try {
      return objects.bytes(digest, LIMIT_POLICY_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

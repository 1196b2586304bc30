package dev.fovea.pipelines.job;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import java.util.List;
import java.util.function.Function;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;

/**
 * Makes Spring Batch jobs of job steps. A step runs outside any transaction, since it calls other
 * services; Batch saves its execution context after each run, so a step that is {@link
 * Outcome.Going} goes on after the last part that was saved. A wait stops the execution, which
 * Batch can start again.
 *
 * @param <S> the job's typed state
 */
public final class Steps<S> {
  private final JobRepository jobs;
  private final PlatformTransactionManager transactions;
  private final Board board;
  private final Function<StepExecution, S> state;

  /**
   * @param state reads the typed state from what Batch keeps
   */
  public Steps(
      JobRepository jobs,
      PlatformTransactionManager transactions,
      Board board,
      Function<StepExecution, S> state) {
    this.jobs = jobs;
    this.transactions = transactions;
    this.board = board;
    this.state = state;
  }

  /** The job of these steps, in their order. */
  public Job job(String name, List<JobStep<S>> steps) {
    var builder = new JobBuilder(name, jobs).start(step(steps.getFirst()));
    steps.stream().skip(1).forEach(each -> builder.next(step(each)));
    return builder.build();
  }

  private Step step(JobStep<S> step) {
    return new StepBuilder(step.name(), jobs)
        // Batch's own default, a manager without resources, loses count of transactions that don't
        // begin.
        .tasklet((_, chunk) -> run(step, chunk.getStepContext().getStepExecution()), transactions)
        .transactionAttribute(
            new DefaultTransactionAttribute(TransactionDefinition.PROPAGATION_NOT_SUPPORTED))
        .build();
  }

  private RepeatStatus run(JobStep<S> step, StepExecution execution) throws Exception {
    var job = BatchRuns.keyOf(execution.getJobParameters());
    board.began(job, step.name());
    try {
      var outcome = step.run(state.apply(execution));
      // Batch marks a step as completed before it saves the job's context; a crash in between would
      // lose the step's outputs.
      jobs.updateExecutionContext(execution.getJobExecution());
      board.ended(job, step.name(), execution, outcome);
      if (outcome instanceof Outcome.Waiting) {
        execution.setTerminateOnly();
      }
      return RepeatStatus.continueIf(outcome instanceof Outcome.Going);
    } catch (Exception e) {
      board.failed(job, step.name(), reason(e));
      throw e;
    }
  }

  /** The words for people: a problem's own, else what was thrown. */
  static String reason(Throwable thrown) {
    return thrown instanceof Problem problem
        ? problem.explanation() + "; " + problem.remedy()
        : String.valueOf(thrown);
  }

  /** The step's key in its job's parameters; for states. */
  public static Digest key(StepExecution execution) {
    return BatchRuns.keyOf(execution.getJobParameters());
  }
}

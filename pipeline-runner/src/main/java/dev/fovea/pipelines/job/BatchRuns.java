package dev.fovea.pipelines.job;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import java.util.Optional;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobExecutionException;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;

/**
 * Runs a job to its end, its next wait or its failure, wherever an earlier run of the same key left
 * it. The caller makes sure that one key runs once at a time: the queue does, and decides by its
 * heartbeat that a run is dead. Only then is a run that Batch believes to be under way taken for
 * lost.
 */
public final class BatchRuns {
  private static final String KEY = "key";

  /**
   * Batch leaves it in the context that the next run inherits, and would refuse to recover that
   * one.
   */
  private static final String RECOVERED = "batch.recovered";

  private final JobRepository jobs;
  private final JobOperator operator;

  public BatchRuns(JobRepository jobs, JobOperator operator) {
    this.jobs = jobs;
    this.operator = operator;
  }

  /** How a run ended. */
  public sealed interface End {
    /** All steps are done, now or before. */
    record Completed() implements End {}

    /** A step waits. */
    record Waiting() implements End {}

    /** A step threw. */
    record Failed(Throwable cause) implements End {
      /** Whether another try may end otherwise. */
      public boolean worthAnotherTry() {
        return !(cause instanceof Problem problem) || problem.kind() == Problem.Kind.UNAVAILABLE;
      }

      /** What happened and what to do, for people. */
      public String reason() {
        return Steps.reason(cause);
      }
    }
  }

  /**
   * Runs it.
   *
   * @throws InterruptedException when the process is being stopped; the next run goes on at the
   *     last saved part
   */
  public End run(Job job, Digest key) throws InterruptedException, JobExecutionException {
    var parameters = parameters(key);
    var last = last(job.getName(), key);
    if (last.isPresent() && last.get().getStatus() == BatchStatus.COMPLETED) {
      return new End.Completed();
    }
    if (last.isPresent()) {
      return end(operator.restart(recovered(last.get())));
    }
    forgetStartCutShort(job, parameters);
    return end(operator.start(job, parameters));
  }

  /**
   * Batch writes a job's instance and its first execution in two transactions, and never starts an
   * instance without an execution: a process that was killed in between left one.
   */
  private void forgetStartCutShort(Job job, JobParameters parameters) {
    var instance = jobs.getJobInstance(job.getName(), parameters);
    if (instance != null) {
      jobs.deleteJobInstance(instance);
    }
  }

  /**
   * The newest run of a job under this key with what it left; absent where it never ran.
   *
   * @param job its name
   */
  public Optional<JobExecution> last(String job, Digest key) {
    return Optional.ofNullable(jobs.getLastJobExecution(job, parameters(key)));
  }

  private static JobParameters parameters(Digest key) {
    return new JobParametersBuilder().addString(KEY, key.toString()).toJobParameters();
  }

  /** The key that a job was started with. */
  static Digest keyOf(JobParameters parameters) {
    var key = parameters.getString(KEY);
    if (key == null) {
      throw new IllegalArgumentException(
          "job parameters %s: no '%s' (expected: a digest)".formatted(parameters, KEY));
    }
    return Digest.parse(key);
  }

  private JobExecution recovered(JobExecution last) {
    if (!last.isRunning()) {
      return last;
    }
    var recovered = operator.recover(last);
    recovered.getExecutionContext().remove(RECOVERED);
    jobs.updateExecutionContext(recovered);
    return recovered;
  }

  private static End end(JobExecution execution) throws InterruptedException {
    if (execution.getStatus() == BatchStatus.COMPLETED) {
      return new End.Completed();
    }
    if (execution.getStepExecutions().stream().anyMatch(StepExecution::isTerminateOnly)) {
      return new End.Waiting();
    }
    if (execution.getStatus() == BatchStatus.STOPPED) {
      throw new InterruptedException("job %s was interrupted".formatted(execution));
    }
    var failures = execution.getAllFailureExceptions();
    return new End.Failed(
        failures.isEmpty()
            ? new IllegalStateException("job ended as " + execution.getExitStatus())
            : failures.getFirst());
  }
}

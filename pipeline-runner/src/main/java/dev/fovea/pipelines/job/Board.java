package dev.fovea.pipelines.job;

import dev.fovea.kernel.Digest;
import org.springframework.batch.core.step.StepExecution;

/** Where people see how a job stands. Each call is one transaction of its own. */
public interface Board {
  /** The step begins, or goes on after a wait or a crash. */
  void began(Digest job, String step);

  /** The step has come to this; the execution carries the state that it left. */
  void ended(Digest job, String step, StepExecution execution, Outcome outcome);

  /** The step threw; the job will be tried again or has failed. */
  void failed(Digest job, String step, String reason);
}

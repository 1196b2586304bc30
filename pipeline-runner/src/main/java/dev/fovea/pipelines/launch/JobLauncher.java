package dev.fovea.pipelines.launch;

import java.util.Optional;

/**
 * Runs programs outside this process. A job has its input files in one folder and leaves its output
 * files in another; it gets no credentials and no environment of this process. Level-triggered: a
 * caller asks for the same job again and again, and after its own death too, until it ends.
 *
 * <p>A program exits with 0 when its outputs are there, with {@link #EXIT_MEMORY} when it ran out
 * of memory, with {@link #EXIT_REFUSED} when its inputs will never work; its last lines on standard
 * error then say why. Anything else may have been bad luck and is tried again.
 */
public interface JobLauncher {
  /** What a program exits with when its memory was not enough; Java's own number for that. */
  int EXIT_MEMORY = 3;

  /** What a program exits with when its inputs will never work. */
  int EXIT_REFUSED = 4;

  /** What the delivery of outputs exits with where they are not what a job may leave. */
  int EXIT_OUTPUT = 5;

  /** Whether it has what runs this. */
  boolean runs(JobSpec.Runtime runtime);

  /**
   * Starts the job where it was not started before, moves it on where it needs that, and says how
   * it stands. Returns at once.
   *
   * @throws dev.fovea.kernel.Problem of kind UNAVAILABLE when whoever runs jobs cannot be asked now
   */
  JobState launch(JobSpec job);

  /**
   * The same for a job that was launched and not discarded; empty for another, which is not
   * started.
   */
  Optional<JobState> look(JobSpec job);

  /**
   * Ends it where it runs, and forgets it: the next launch starts from the beginning. Outputs stay
   * in the object store.
   */
  void discard(JobSpec job);
}

package dev.fovea.pipelines.release;

import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.launch.JobState;
import java.util.Optional;

/** Runs nothing outside this process. */
final class NoJobs implements JobLauncher {
  @Override
  public boolean runs(JobSpec.Runtime runtime) {
    return false;
  }

  @Override
  public JobState launch(JobSpec job) {
    throw new IllegalStateException("job %s: nothing runs jobs here".formatted(job.kind()));
  }

  @Override
  public Optional<JobState> look(JobSpec job) {
    return Optional.empty();
  }

  @Override
  public void discard(JobSpec job) {
    // There is none.
  }
}

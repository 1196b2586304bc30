package dev.fovea.pipelines.launch;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a step does with a heavy job: it asks for it, waits for it by ending, is started again by
 * {@link JobWatch}, asks for it again and finds it done.
 */
public final class HeavyJobs {
  private final JobLauncher launcher;
  private final ObjectStore objects;

  public HeavyJobs(JobLauncher launcher, ObjectStore objects) {
    this.launcher = launcher;
    this.objects = objects;
  }

  /** What a step is to do next. */
  public sealed interface Ran {
    /** Go on with what the shards made. */
    record Done(List<Map<String, Digest>> outputs) implements Ran {}

    /**
     * End, and wait for this job.
     *
     * @param order the object with the job's spec
     */
    record Waits(Digest order, String summary) implements Ran {}
  }

  /** Whether this runtime is to be had. */
  public boolean run(JobSpec.Runtime runtime) {
    return launcher.runs(runtime);
  }

  /**
   * Starts the job, or finds it.
   *
   * @param what it does, for people
   * @throws JobFailed when it failed for good; asked for again, it starts from the beginning
   */
  public Ran ran(JobSpec job, String what) throws IOException {
    return switch (launcher.launch(job)) {
      case JobState.Succeeded(var outputs) -> new Ran.Done(outputs);
      case JobState.Running(int done, int shards, var detail) ->
          new Ran.Waits(
              job.write(objects),
              "waits for %s: %d of %d parts%s"
                  .formatted(what, done, shards, detail.isEmpty() ? "" : "; " + detail));
      case JobState.Failed(var reason, var explanation) -> {
        launcher.discard(job);
        throw new JobFailed(what, reason, explanation);
      }
    };
  }

  /** To be called when what came out is kept elsewhere: frees what the job holds. */
  public void finished(JobSpec job) {
    launcher.discard(job);
  }
}

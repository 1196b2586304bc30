package dev.fovea.pipelines.launch;

import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.launch.JobState.Reason;

/** A heavy job came to nothing. */
public final class JobFailed extends Problem {
  private final String job;
  private final Reason reason;
  private final String why;

  /**
   * @param job what it did, for people
   */
  public JobFailed(String job, Reason reason, String why) {
    super(
        reason == Reason.REFUSED ? Kind.INVALID : Kind.CONFLICT,
        "%s failed: %s".formatted(job, why),
        remedy(reason));
    this.job = job;
    this.reason = reason;
    this.why = why;
  }

  public String job() {
    return job;
  }

  public Reason reason() {
    return reason;
  }

  public String why() {
    return why;
  }

  private static String remedy(Reason reason) {
    return switch (reason) {
      case MEMORY ->
          "give it more (fovea.pipelines.jobs.memory, fovea.pipelines.python.memory) or a smaller"
              + " model, and ask for the release again";
      case TIME ->
          "give it longer (fovea.pipelines.jobs.time, fovea.pipelines.python.time), and ask for the"
              + " release again";
      case REFUSED -> "change what it says and register the model again";
      case PROGRAM, OUTPUT ->
          "when the cause is gone, ask for the release again; it goes on at this step";
    };
  }
}

package dev.fovea.pipelines.job;

import dev.fovea.kernel.LineageLinked;
import java.util.List;

/** What one run of a step came to. */
public sealed interface Outcome {
  /**
   * The step has its result; the job goes on.
   *
   * @param summary what came out, in a sentence with values
   * @param links the arrows that are true now
   */
  record Done(String summary, List<LineageLinked> links) implements Outcome {
    public Done {
      links = List.copyOf(links);
    }
  }

  /**
   * A part is done and its position is in the step's state; the step is run again for the next
   * part.
   *
   * @param progress share done, 0 to 1
   */
  record Going(double progress, String summary) implements Outcome {}

  /**
   * Somebody else has to do something first: the job ends here, and an event starts it again at
   * this step.
   */
  record Waiting(String summary) implements Outcome {}

  /** The step does not apply to this job. */
  record NotNeeded() implements Outcome {}
}

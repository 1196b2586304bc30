package dev.fovea.pipelines.release;

import dev.fovea.pipelines.job.JobStep;
import java.util.List;

/** The release job, as a table of contents. */
final class ReleaseJob {
  static final String NAME = "release";

  /** The steps' names, in their order. */
  static final List<String> STEPS =
      List.of(
          ExportStep.NAME,
          ParityStep.NAME,
          QuantizeStep.NAME,
          EvaluateStep.NAME,
          ProfileStep.NAME,
          GateStep.NAME,
          StartRolloutStep.NAME);

  private ReleaseJob() {}

  static List<JobStep<ReleaseState>> of(
      ExportStep export,
      ParityStep parity,
      QuantizeStep quantize,
      EvaluateStep evaluate,
      ProfileStep profile,
      GateStep gate,
      StartRolloutStep rollout) {
    return List.of(export, parity, quantize, evaluate, profile, gate, rollout);
  }
}

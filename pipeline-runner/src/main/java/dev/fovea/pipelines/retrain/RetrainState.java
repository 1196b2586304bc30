package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.teamfile.TrainSpec;
import java.util.Optional;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * What a retraining has come to so far; the only class that knows under which keys Spring Batch
 * keeps it.
 */
final class RetrainState {
  private static final String FEATURES = "features";
  private static final String FITTED = "fitted";
  private static final String NUMBER = "number";

  private final Training training;
  private final TeamFile policy;
  private final ExecutionContext job;

  RetrainState(Training training, TeamFile policy, StepExecution execution) {
    this.training = training;
    this.policy = policy;
    this.job = execution.getJobExecution().getExecutionContext();
  }

  Training training() {
    return training;
  }

  ReleaseSpec release() {
    return policy
        .release()
        .orElseThrow(() -> new IllegalStateException("policy without a release"));
  }

  TrainSpec.RefitHead spec() {
    return policy
        .train()
        .filter(TrainSpec.RefitHead.class::isInstance)
        .map(TrainSpec.RefitHead.class::cast)
        .orElseThrow(() -> new IllegalStateException("policy that does not refit a head"));
  }

  Digest features() {
    return digest(FEATURES);
  }

  void features(Digest digest) {
    job.putString(FEATURES, digest.toString());
  }

  Digest fitted() {
    return digest(FITTED);
  }

  void fitted(Digest digest) {
    job.putString(FITTED, digest.toString());
  }

  Optional<Integer> number() {
    return job.containsKey(NUMBER)
        ? Optional.of(Integer.valueOf(job.getString(NUMBER)))
        : Optional.empty();
  }

  void number(int number) {
    job.putString(NUMBER, Integer.toString(number));
  }

  private Digest digest(String key) {
    if (!job.containsKey(key)) {
      throw new IllegalStateException(
          "retraining: no %s (expected: an earlier step made it)".formatted(key));
    }
    return Digest.parse(job.getString(key));
  }
}

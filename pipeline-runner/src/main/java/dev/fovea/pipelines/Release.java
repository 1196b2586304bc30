package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The job that makes a model version ready for production.
 *
 * @param digest of what goes in: model file, dataset version, policy
 * @param number the model version's
 * @param dataset the dataset version it is judged on
 * @param policy the commit whose {@code fovea.yaml} holds
 * @param fp32 the exported model, once there
 * @param int8 the quantized model, once there
 * @param verdict what the gates said, once there
 * @param rollout its way into production, once started: the first attempt at it
 * @param reason where it stands, in a sentence
 */
public record Release(
    Digest digest,
    Name project,
    Name model,
    int number,
    Digest modelDigest,
    Digest dataset,
    GitCommit policy,
    State state,
    List<Step> steps,
    Optional<Digest> fp32,
    Optional<Digest> int8,
    Optional<Verdict> verdict,
    Optional<Digest> rollout,
    String reason,
    String requestedBy,
    Instant started) {
  /** The same for a list: without the comparison of both variants. */
  public Release listed() {
    return new Release(
        digest,
        project,
        model,
        number,
        modelDigest,
        dataset,
        policy,
        state,
        steps,
        fp32,
        int8,
        verdict.map(judged -> judged.withComparison(Optional.empty())),
        rollout,
        reason,
        requestedBy,
        started);
  }

  /** Where it stands. */
  public enum State {
    RUNNING,
    /** For a device or a person; an event resumes it. */
    WAITING,
    /** A gate said no. */
    REFUSED,
    /** Passed, and handed to its rollout. */
    RELEASED,
    FAILED
  }

  /**
   * One step of the job.
   *
   * @param state {@code pending}, {@code running}, {@code waiting}, {@code done}, {@code failed}
   * @param progress share done, 0 to 1
   * @param summary what came out, in a sentence with values
   */
  public record Step(
      String name,
      String state,
      double progress,
      Optional<Instant> started,
      Duration took,
      String summary) {}
}

package dev.fovea.rollouts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A release's way into production.
 *
 * @param digest of the request, so that the same release is rolled out once
 * @param number the model version's
 * @param image the container image's manifest digest
 * @param weight the canary's share of the traffic now, in percent
 * @param stage which weight it is at, from 0; the number of weights when it waits for approval or
 *     is done
 * @param stable the variant that it is compared with; absent for the first of its model
 * @param evidence what the judge has seen
 * @param evidenceDigest of the evidence: an approval names it, so that nobody approves what they
 *     have not seen
 * @param approvals who agreed
 * @param reason the last decision in a sentence
 */
public record Rollout(
    Digest digest,
    Name project,
    Name model,
    int number,
    Digest variant,
    Digest release,
    Optional<Digest> image,
    State state,
    int weight,
    int stage,
    List<Integer> weights,
    Optional<Digest> stable,
    List<Measure> evidence,
    Digest evidenceDigest,
    List<Approval> approvals,
    List<Step> timeline,
    String reason,
    Instant started,
    String requestedBy) {
  /** Where it stands. */
  public enum State {
    /** The image is being made. */
    PACKAGING,
    /** The canary's server warms up. */
    STARTING,
    /** Traffic is split and watched. */
    CANARY,
    /** The evidence is in; people decide. */
    AWAITING_APPROVAL,
    PROMOTED,
    ROLLED_BACK,
    REJECTED,
    /** Another rollout of the model took its place. */
    SUPERSEDED,
    FAILED;

    /** Whether nothing more will happen. */
    public boolean ended() {
      return this == PROMOTED
          || this == ROLLED_BACK
          || this == REJECTED
          || this == SUPERSEDED
          || this == FAILED;
    }
  }

  /**
   * One guard: how often each arm's answers were bad, and the e-process that compares them.
   * Reaching the boundary rolls back.
   *
   * @param name {@code errors}, {@code slow} or {@code unsure}
   * @param meaning what counts as bad, with its threshold
   * @param evidence the e-value now: how much more likely what was seen is, if the canary is worse;
   *     1 means nothing known
   * @param boundary the e-value that rolls back
   * @param trace the e-value after each window, thinned to at most 240
   */
  public record Measure(
      String name,
      String meaning,
      long stableBad,
      long stableTotal,
      long canaryBad,
      long canaryTotal,
      double evidence,
      double boundary,
      List<Double> trace) {}

  /** Who agreed, to which evidence. */
  public record Approval(String who, Digest evidence, String comment, Instant at) {}

  /** Something that happened. */
  public record Step(Instant at, String what) {}
}

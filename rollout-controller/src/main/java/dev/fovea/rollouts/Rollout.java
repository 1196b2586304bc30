package dev.fovea.rollouts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A release's way into production.
 *
 * @param digest of what is rolled out, and of the attempt's number from the second on: the same
 *     request is the same rollout
 * @param number the model version's
 * @param image the container image's manifest digest
 * @param weight the canary's share of the traffic now, in percent
 * @param stage which weight it is at, from 0; -1 in the shadow stage; the number of weights when it
 *     waits for approval or is done
 * @param stable the variant that it is compared with; absent for the first of its model
 * @param evidence what the judge has seen
 * @param evidenceDigest of the evidence: an approval names it, so that nobody approves what they
 *     have not seen
 * @param approvals who agreed
 * @param reason the last decision in a sentence
 * @param shadow the share of requests of which it gets copies first, in percent; absent where no
 *     such stage is asked for
 * @param copied what became of the copies
 * @param bake how it bakes; absent where it is not asked for, or there is nothing to go back to
 * @param attempt which try at its release it is
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
    String requestedBy,
    Optional<Integer> shadow,
    Copied copied,
    Optional<Bake> bake,
    Attempt attempt) {
  public Rollout {
    // A process of the version before sends none.
    attempt = Objects.requireNonNullElseGet(attempt, () -> new Attempt(1, digest, requestedBy, ""));
  }

  /** Where it stands. */
  public enum State {
    /** The image is being made. */
    PACKAGING,
    /** The canary's server warms up. */
    STARTING,
    /** Requests are copied to it, and its answers are watched; they go to nobody. */
    SHADOW,
    /** Traffic is split and watched. */
    CANARY,
    /** The evidence is in; people decide. */
    AWAITING_APPROVAL,
    /** It has all traffic, and the version before it is kept warm to go back to at once. */
    BAKING,
    PROMOTED,
    /** The evidence or, while it baked, a person took it back. */
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

  /**
   * Requests that were copied, to it or, while it bakes, to the version before it.
   *
   * @param compared copies whose answer could be held against the original's
   * @param disagreed those that named other classes
   * @param dropped not sent, since too many waited
   */
  public record Copied(long compared, long disagreed, long dropped) {}

  /**
   * The time after it got everything.
   *
   * @param length how long it is to be
   * @param ends until when; absent before it begins
   * @param evidence what the judge knows now, with what was seen since people approved; empty
   *     before it begins
   */
  public record Bake(Duration length, Optional<Instant> ends, List<Measure> evidence) {}

  /**
   * One of the rollouts of one release, each a full one.
   *
   * @param number from 1
   * @param first the digest of the first of them; its own for the first
   * @param by who asked for it
   * @param why the reason that was given; empty for the first
   */
  public record Attempt(int number, Digest first, String by, String why) {}

  /** Who agreed, to which evidence. */
  public record Approval(String who, Digest evidence, String comment, Instant at) {}

  /** Something that happened. */
  public record Step(Instant at, String what) {}
}

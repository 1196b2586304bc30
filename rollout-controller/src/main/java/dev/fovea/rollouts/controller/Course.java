package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollout.Attempt;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.judge.Evidence;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.judge.Verdict;
import dev.fovea.rollouts.judge.Window;
import dev.fovea.rollouts.servers.Served;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Where a rollout stands, and the only ways from there. A value: each method gives the next one and
 * touches nothing.
 *
 * @param stage which weight it is at, from 0; {@link #SHADOWED} while it gets copies
 * @param stable the rollout that it is compared with
 * @param evidence what the judge knows
 * @param shown the evidence as it was when the canary's last stage ended; people approve this,
 *     while the watch goes on
 * @param stageBegan how many answers the canary had when the stage began
 * @param bakeEnds until when the one before it is kept warm, once it got everything
 * @param reason the last thing that happened, a sentence
 * @param attempt which try at its release it is
 */
record Course(
    Digest digest,
    Name project,
    Plan plan,
    State state,
    int stage,
    Optional<Digest> image,
    Optional<Digest> stable,
    Evidence evidence,
    Optional<Evidence> shown,
    long stageBegan,
    Optional<Instant> bakeEnds,
    String reason,
    Instant started,
    Attempt attempt) {
  /** The stage before the first weight. */
  static final int SHADOWED = -1;

  // What the one before gets while it is kept, where the plan asks for no shadow stage: enough for
  // a comparison that takes place at the same hour, on the same traffic.
  private static final int BAKE_SHARE = 10;

  /** A first attempt's digest: of what is rolled out, so that a release is started once. */
  static Digest digest(Name project, Plan plan) {
    var text =
        "fovea-rollout-1 %s %s %d %s %s"
            .formatted(project, plan.model(), plan.number(), plan.variant(), plan.release());
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static Course begin(Name project, Plan plan, Instant now) {
    var first = digest(project, plan);
    return begin(
        first,
        project,
        plan,
        "%s asked for it".formatted(plan.requestedBy()),
        now,
        new Attempt(1, first, plan.requestedBy(), ""));
  }

  /** The same plan from its beginning, one attempt later. */
  Course again(String who, String why, Instant now) {
    int number = attempt.number() + 1;
    var text = "fovea-rollout-again-1 %s %d".formatted(attempt.first(), number);
    return begin(
        Digest.sha256(text.getBytes(StandardCharsets.UTF_8)),
        project,
        plan,
        said("%s asked for it again, attempt %d".formatted(who, number), why),
        now,
        new Attempt(number, attempt.first(), who, why));
  }

  private static Course begin(
      Digest digest, Name project, Plan plan, String reason, Instant now, Attempt attempt) {
    return new Course(
        digest,
        project,
        plan,
        State.PACKAGING,
        0,
        Optional.empty(),
        Optional.empty(),
        Evidence.NONE,
        Optional.empty(),
        0,
        Optional.empty(),
        reason,
        now,
        attempt);
  }

  /** The container image is made. */
  Course packaged(Digest made) {
    return with(Optional.of(made), stable)
        .to(State.STARTING, "the image %s is made".formatted(made.abbreviated()));
  }

  /** Its server is ready, but what it would be compared with may still be taken back. */
  Course waitingFor(Digest baking) {
    return to(
        State.STARTING,
        "it is warm and waits until rollout %s has baked".formatted(baking.abbreviated()));
  }

  /**
   * The model server is ready.
   *
   * @param before what serves the model, if anything does
   * @param latencies of what serves it, as far as they are known
   */
  Course warm(Optional<Digest> before, Judge judge, Latencies latencies, Instant now) {
    var judged = with(image, before).with(judge.begin(latencies), shown);
    if (before.isEmpty()) {
      return judged.complete("the model has nothing in production to be compared with", now);
    }
    return plan.canary()
        .shadow()
        .map(share ->
            judged
                .at(SHADOWED, 0)
                .to(
                    State.SHADOW,
                    "it gets copies of %d %% of the stable's requests; its answers go to nobody"
                        .formatted(share)))
        .orElseGet(() -> judged.weighed("", now));
  }

  /** From the warm-up or the shadow stage to the first weight. */
  private Course weighed(String why, Instant now) {
    var weights = plan.canary().weights();
    return weights.isEmpty()
        ? complete(why + "no canary stage is asked for", now)
        : at(0, evidence.canaryAnswers())
            .to(
                State.CANARY,
                why + "the canary gets %d %% of the traffic".formatted(weights.getFirst()));
  }

  private Course complete(String why, Instant now) {
    int needed = plan.canary().approvals();
    var last =
        at(plan.canary().weights().size(), evidence.canaryAnswers())
            .with(evidence, Optional.of(evidence));
    return needed == 0
        ? last.everything(why + ", and no approval is asked for", now)
        : last.to(
            State.AWAITING_APPROVAL,
            "%s; it waits for %d approval%s".formatted(why, needed, needed == 1 ? "" : "s"));
  }

  /** It gets all traffic; the one before it stays warm while it bakes. */
  private Course everything(String why, Instant now) {
    var bake = plan.canary().bake();
    if (stable.isEmpty() || bake.isZero()) {
      return to(State.PROMOTED, why);
    }
    var end = now.plus(bake);
    return baking(end)
        .to(
            State.BAKING,
            "%s; the version before it stays warm until %s"
                .formatted(why, end.truncatedTo(ChronoUnit.SECONDS)));
  }

  /**
   * Both arms were watched for one more window.
   *
   * @param hold why it may not advance, though it may go back
   */
  Course seen(Judge judge, Window window, Optional<String> hold, Instant now) {
    var next = with(judge.after(evidence, window), shown);
    return switch (judge.verdict(next.evidence)) {
      case Verdict.Worse worse -> next.worse(worse.why());
      case Verdict.Unusable(var why) ->
          next.to(state, "held, since the evidence can't be used: " + why);
      case Verdict.NotWorse _ when hold.isPresent() -> next.to(state, "held: " + hold.get());
      case Verdict.NotWorse _ ->
          next.measures() && next.stageAnswers() >= plan.canary().requests()
              ? next.advanced(now)
              : next;
    };
  }

  private Course worse(String why) {
    // What people approved stays on record; that it turned out worse is in the reason.
    var judged = state == State.BAKING ? this : with(evidence, Optional.of(evidence));
    return judged.to(State.ROLLED_BACK, why);
  }

  private boolean measures() {
    return state == State.SHADOW || state == State.CANARY;
  }

  private Course advanced(Instant now) {
    if (state == State.SHADOW) {
      return weighed(
          "nothing speaks against it after %d copied requests; ".formatted(stageAnswers()), now);
    }
    var weights = plan.canary().weights();
    int following = stage + 1;
    var why =
        "nothing speaks against it after %d canary answers".formatted(evidence.canaryAnswers());
    return following >= weights.size()
        ? complete(why, now)
        : at(following, evidence.canaryAnswers())
            .to(
                State.CANARY,
                "%s; it gets %d %% of the traffic".formatted(why, weights.get(following)));
  }

  /** Somebody agreed. */
  Course approved(String who, int approvals, Instant now) {
    int needed = plan.canary().approvals();
    return approvals >= needed
        ? everything("%s approved it; it gets all traffic".formatted(who), now)
        : to(state, "%s approved it, %d of %d".formatted(who, approvals, needed));
  }

  /** The bake's time may be over. */
  Course baked(Instant now) {
    return state == State.BAKING && bakeEnds.filter(end -> !now.isBefore(end)).isPresent()
        ? to(State.PROMOTED, "it has baked, and nothing spoke against it")
        : this;
  }

  /** Somebody said no. */
  Course rejected(String who, String comment) {
    return to(State.REJECTED, said("%s rejected it".formatted(who), comment));
  }

  /** Somebody took it back while it baked. */
  Course takenBack(String who, String comment) {
    return to(State.ROLLED_BACK, said("%s rolled it back".formatted(who), comment));
  }

  private static String said(String what, String comment) {
    return comment.isBlank() ? what : what + ": " + comment;
  }

  /** A newer one of the same model began. */
  Course superseded(Digest newer) {
    return to(State.SUPERSEDED, "rollout %s took its place".formatted(newer.abbreviated()));
  }

  /** Its server doesn't answer any more, and nothing says that it will. */
  Course gone(String why) {
    return with(evidence, Optional.of(evidence)).to(State.ROLLED_BACK, why);
  }

  /** It can't go on. */
  Course failed(String why) {
    return to(State.FAILED, why);
  }

  /** The canary's share of the traffic in percent. */
  int weight() {
    var weights = plan.canary().weights();
    return switch (state) {
      case CANARY -> weights.get(stage);
      case AWAITING_APPROVAL -> stable.isEmpty() || weights.isEmpty() ? 0 : weights.getLast();
      case BAKING, PROMOTED -> 100;
      case PACKAGING, STARTING, SHADOW, ROLLED_BACK, REJECTED, SUPERSEDED, FAILED -> 0;
    };
  }

  /** The share of requests that are copied now: to it, or while it bakes to the one before it. */
  int copies() {
    return switch (state) {
      case SHADOW -> plan.canary().shadow().orElse(0);
      case BAKING -> plan.canary().shadow().orElse(BAKE_SHARE);
      default -> 0;
    };
  }

  /** How many answers the canary has had in this stage. */
  long stageAnswers() {
    return evidence.canaryAnswers() - stageBegan;
  }

  /** What its server runs. */
  Served served() {
    return new Served(digest, project, plan, image);
  }

  /** Whether it has a server that should run beside the stable's. */
  boolean hasCanary() {
    return state == State.SHADOW || state == State.CANARY || state == State.AWAITING_APPROVAL;
  }

  /** Whether windows of both arms are evidence now. */
  boolean watched() {
    return hasCanary() || state == State.BAKING;
  }

  private Course to(State next, String why) {
    return copy(next, stage, image, stable, evidence, shown, stageBegan, bakeEnds, why);
  }

  private Course at(int newStage, long began) {
    return copy(state, newStage, image, stable, evidence, shown, began, bakeEnds, reason);
  }

  private Course with(Optional<Digest> newImage, Optional<Digest> newStable) {
    return copy(state, stage, newImage, newStable, evidence, shown, stageBegan, bakeEnds, reason);
  }

  private Course with(Evidence newer, Optional<Evidence> newShown) {
    return copy(state, stage, image, stable, newer, newShown, stageBegan, bakeEnds, reason);
  }

  private Course baking(Instant end) {
    return copy(state, stage, image, stable, evidence, shown, stageBegan, Optional.of(end), reason);
  }

  private Course copy(
      State newState,
      int newStage,
      Optional<Digest> newImage,
      Optional<Digest> newStable,
      Evidence newEvidence,
      Optional<Evidence> newShown,
      long newBegan,
      Optional<Instant> newEnd,
      String why) {
    return new Course(
        digest,
        project,
        plan,
        newState,
        newStage,
        newImage,
        newStable,
        newEvidence,
        newShown,
        newBegan,
        newEnd,
        why,
        started,
        attempt);
  }
}

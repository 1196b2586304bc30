package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.judge.Evidence;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.judge.Verdict;
import dev.fovea.rollouts.judge.Window;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a rollout stands, and the only ways from there. A value: each method gives the next one and
 * touches nothing.
 *
 * @param stage which weight it is at, from 0
 * @param stable the rollout that it is compared with
 * @param evidence what the judge knows
 * @param shown the evidence as it was when the canary's last stage ended; people approve this,
 *     while the watch goes on
 * @param stageBegan how many answers the canary had when the stage began
 * @param reason the last thing that happened, a sentence
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
    String reason,
    Instant started) {

  /** A rollout's digest: of what is rolled out, so that a release is rolled out once. */
  static Digest digest(Name project, Plan plan) {
    var text =
        "fovea-rollout-1 %s %s %d %s %s"
            .formatted(project, plan.model(), plan.number(), plan.variant(), plan.release());
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static Course begin(Name project, Plan plan, Instant now) {
    return new Course(
        digest(project, plan),
        project,
        plan,
        State.PACKAGING,
        0,
        Optional.empty(),
        Optional.empty(),
        Evidence.NONE,
        Optional.empty(),
        0,
        "%s asked for it".formatted(plan.requestedBy()),
        now);
  }

  /** The container image is made. */
  Course packaged(Digest made) {
    return new Course(
        digest,
        project,
        plan,
        State.STARTING,
        stage,
        Optional.of(made),
        stable,
        evidence,
        shown,
        stageBegan,
        "the image %s is made".formatted(made.abbreviated()),
        started);
  }

  /**
   * The model server is ready.
   *
   * @param now what serves the model, if anything does
   * @param latencies of what serves it, as far as they are known
   */
  Course warm(Optional<Digest> now, Judge judge, Latencies latencies) {
    var judged = withStable(now).withEvidence(judge.begin(latencies));
    if (now.isEmpty()) {
      return judged.complete("the model has nothing in production to be compared with");
    }
    return plan.canary().weights().isEmpty()
        ? judged.complete("no canary stage is asked for")
        : judged.to(
            State.CANARY,
            "the canary gets %d %% of the traffic".formatted(plan.canary().weights().getFirst()));
  }

  private Course complete(String why) {
    int needed = plan.canary().approvals();
    var last =
        new Course(
            digest,
            project,
            plan,
            state,
            plan.canary().weights().size(),
            image,
            stable,
            evidence,
            Optional.of(evidence),
            evidence.canaryAnswers(),
            reason,
            started);
    return needed == 0
        ? last.to(State.PROMOTED, why + ", and no approval is asked for")
        : last.to(
            State.AWAITING_APPROVAL,
            "%s; it waits for %d approval%s".formatted(why, needed, needed == 1 ? "" : "s"));
  }

  /**
   * Both arms were watched for one more window.
   *
   * @param hold why it may not advance, though it may go back
   */
  Course seen(Judge judge, Window window, Optional<String> hold) {
    var next = withEvidence(judge.after(evidence, window));
    return switch (judge.verdict(next.evidence)) {
      case Verdict.Worse worse -> next.withShown().to(State.ROLLED_BACK, worse.why());
      case Verdict.Unusable(var why) ->
          next.to(state, "held, since the evidence can't be used: " + why);
      case Verdict.NotWorse _ when hold.isPresent() -> next.to(state, "held: " + hold.get());
      case Verdict.NotWorse _ ->
          state == State.CANARY && next.stageAnswers() >= plan.canary().requests()
              ? next.advanced()
              : next;
    };
  }

  private Course advanced() {
    var weights = plan.canary().weights();
    int following = stage + 1;
    if (following >= weights.size()) {
      return complete(
          "nothing speaks against it after %d canary answers".formatted(evidence.canaryAnswers()));
    }
    var next =
        new Course(
            digest,
            project,
            plan,
            state,
            following,
            image,
            stable,
            evidence,
            shown,
            evidence.canaryAnswers(),
            reason,
            started);
    return next.to(
        State.CANARY,
        "nothing speaks against it after %d canary answers; it gets %d %% of the traffic"
            .formatted(evidence.canaryAnswers(), weights.get(following)));
  }

  /** Somebody agreed. */
  Course approved(String who, int approvals) {
    int needed = plan.canary().approvals();
    return approvals >= needed
        ? to(State.PROMOTED, "%s approved it; it gets all traffic".formatted(who))
        : to(state, "%s approved it, %d of %d".formatted(who, approvals, needed));
  }

  /** Somebody said no. */
  Course rejected(String who, String comment) {
    return to(
        State.REJECTED,
        comment.isBlank()
            ? "%s rejected it".formatted(who)
            : "%s rejected it: %s".formatted(who, comment));
  }

  /** A newer one of the same model began. */
  Course superseded(Digest newer) {
    return to(State.SUPERSEDED, "rollout %s took its place".formatted(newer.abbreviated()));
  }

  /** Its server doesn't answer any more, and nothing says that it will. */
  Course gone(String why) {
    return withShown().to(State.ROLLED_BACK, why);
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
      case PROMOTED -> 100;
      case PACKAGING, STARTING, ROLLED_BACK, REJECTED, SUPERSEDED, FAILED -> 0;
    };
  }

  /** How many answers the canary has had in this stage. */
  long stageAnswers() {
    return evidence.canaryAnswers() - stageBegan;
  }

  /** Whether it has a server that should run beside the stable's. */
  boolean hasCanary() {
    return state == State.CANARY || state == State.AWAITING_APPROVAL;
  }

  private Course to(State next, String why) {
    return new Course(
        digest,
        project,
        plan,
        next,
        stage,
        image,
        stable,
        evidence,
        shown,
        stageBegan,
        why,
        started);
  }

  private Course withStable(Optional<Digest> other) {
    return new Course(
        digest,
        project,
        plan,
        state,
        stage,
        image,
        other,
        evidence,
        shown,
        stageBegan,
        reason,
        started);
  }

  private Course withEvidence(Evidence newer) {
    return new Course(
        digest,
        project,
        plan,
        state,
        stage,
        image,
        stable,
        newer,
        shown,
        stageBegan,
        reason,
        started);
  }

  private Course withShown() {
    return new Course(
        digest,
        project,
        plan,
        state,
        stage,
        image,
        stable,
        evidence,
        Optional.of(evidence),
        stageBegan,
        reason,
        started);
  }
}

package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.roles.Callers;
import dev.fovea.roles.NotAllowed;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.TrafficRouter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.RestController;

/** Rollouts for callers, and who may decide. */
@RestController
class RolloutsEndpoint implements Rollouts {
  private static final int COMMENT_CHARS = 2_000;
  private static final Duration MOST_BAKE = Duration.ofDays(30);
  private static final String SERVICES = "fovea/";

  private final Courses courses;
  private final Transitions transitions;
  private final Views views;
  private final Reconciler reconciler;
  private final TrafficRouter router;

  RolloutsEndpoint(
      Courses courses,
      Transitions transitions,
      Views views,
      Reconciler reconciler,
      TrafficRouter router) {
    this.courses = courses;
    this.transitions = transitions;
    this.views = views;
    this.reconciler = reconciler;
    this.router = router;
  }

  @Override
  public Rollout start(Name project, Plan plan) {
    check(plan);
    if (plan.canary().shadow().isPresent() && !router.copies()) {
      throw new InvalidRequest(
          "canary: a shadow of %d percent, where model servers take no orders to copy"
              .formatted(plan.canary().shadow().get()),
          "give fovea.rollouts.kubernetes.arm-token and model-secret, or leave release.canary.shadow out of fovea.yaml");
    }
    var course = transitions.begin(project, plan);
    reconciler.tick();
    return views.rollout(course);
  }

  private static void check(Plan plan) {
    var canary = plan.canary();
    int before = 0;
    for (int weight : canary.weights()) {
      if (weight <= before || weight > 99) {
        throw new InvalidRequest(
            "canary weights: %s (expected: rising, each 1 to 99)".formatted(canary.weights()),
            "correct release.canary.weights in fovea.yaml");
      }
      before = weight;
    }
    if (canary.requests() < 1
        || !(canary.margin() >= 1)
        || !(canary.falseRollback() >= 0 && canary.falseRollback() <= 0.5)
        || canary.approvals() < 0) {
      throw new InvalidRequest(
          "canary: %d requests, margin %s, false rollback %s, %d approvals (expected: 1 or more, 1 or more, 0 to 0.5, 0 or more)"
              .formatted(
                  canary.requests(), canary.margin(), canary.falseRollback(), canary.approvals()),
          "correct release.canary in fovea.yaml");
    }
    int shadow = canary.shadow().orElse(1);
    if (shadow < 1
        || shadow > 99
        || canary.bake().isNegative()
        || canary.bake().compareTo(MOST_BAKE) > 0) {
      throw new InvalidRequest(
          "canary: a shadow of %d percent, a bake of %s (expected: 1 to 99, 0 to %d days)"
              .formatted(shadow, canary.bake(), MOST_BAKE.toDays()),
          "correct release.canary.shadow or bake in fovea.yaml");
    }
    if (plan.requestedBy().isBlank()) {
      throw new InvalidRequest(
          "plan: requested by '%s' (expected: a name)".formatted(Text.excerpt(plan.requestedBy())),
          "name who asks");
    }
  }

  @Override
  public List<Rollout> rollouts(Name project) {
    return courses.of(project).stream().map(views::rollout).toList();
  }

  @Override
  public Rollout rollout(Name project, Digest digest) {
    return views.rollout(find(project, digest));
  }

  @Override
  public Rollout approve(Name project, Digest digest, Decision decision) {
    var course = find(project, digest);
    var who = mayDecide(course, "approve", "approved rollout");
    var requester = course.plan().requestedBy();
    if (who.equals(requester) && !requester.startsWith(SERVICES)) {
      throw refused(
          course,
          who,
          "approved rollout",
          "%s asked for rollout %s and may not approve it".formatted(who, digest.abbreviated()),
          "ask another release manager to look at it");
    }
    var after =
        transitions.approve(
            digest, who, decision.evidence(), comment(decision), views::evidenceDigest);
    reconciler.settle(Courses.deployment(after));
    return views.rollout(after);
  }

  @Override
  public Rollout reject(Name project, Digest digest, Decision decision) {
    var course = find(project, digest);
    var who = mayDecide(course, "reject", "rejected rollout");
    var after = transitions.reject(digest, who, comment(decision));
    reconciler.settle(Courses.deployment(after));
    return views.rollout(after);
  }

  @Override
  public Rollout rollBack(Name project, Digest digest, Decision decision) {
    var course = find(project, digest);
    var who = mayDecide(course, "roll back", "rolled back rollout");
    var after =
        transitions.rollBack(
            digest, who, decision.evidence(), comment(decision), views::evidenceDigest);
    reconciler.settle(Courses.deployment(after));
    return views.rollout(after);
  }

  @Override
  public Rollout again(Name project, Digest digest, Again again) {
    var course = find(project, digest);
    var who = mayDecide(course, "repeat", "rolled out again");
    if (again.why().isBlank() || again.why().length() > COMMENT_CHARS) {
      throw new InvalidRequest(
          "reason: %d characters (expected: 1 to %d, not only spaces)"
              .formatted(again.why().length(), COMMENT_CHARS),
          "say in a sentence why this release is to come back");
    }
    var begun = transitions.again(course, who, again);
    reconciler.tick();
    return views.rollout(begun);
  }

  @Override
  public List<Rollout> attempts(Name project, Digest digest) {
    return courses.attempts(find(project, digest).attempt().first()).stream()
        .map(views::rollout)
        .toList();
  }

  private String mayDecide(Course course, String verb, String act) {
    var caller = Callers.current();
    if (!caller.roles().contains(Role.RELEASE_MANAGER) && !caller.roles().contains(Role.ADMIN)) {
      throw refused(
          course,
          caller.subject(),
          act,
          "%s may not %s rollouts".formatted(caller.subject(), verb),
          "ask a release manager or an administrator");
    }
    return caller.subject();
  }

  private NotAllowed refused(Course course, String who, String act, String why, String fix) {
    transitions.refused(course, who, act, why);
    return new NotAllowed(why, fix);
  }

  private static String comment(Decision decision) {
    if (decision.comment().length() > COMMENT_CHARS) {
      throw new InvalidRequest(
          "comment: %d characters (expected: at most %d)"
              .formatted(decision.comment().length(), COMMENT_CHARS),
          "shorten the comment");
    }
    return decision.comment();
  }

  @Override
  public Optional<Serving> serving(Name project, Name model) {
    return views.serving(new Deployment(project, model));
  }

  private Course find(Name project, Digest digest) {
    return courses
        .find(digest)
        .filter(course -> course.project().equals(project))
        .orElseThrow(
            () -> new NoSuchThing("rollout", digest.toString(), "list the project's rollouts"));
  }
}

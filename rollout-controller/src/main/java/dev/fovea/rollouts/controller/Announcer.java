package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.rollouts.RolloutEnded;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** Puts what happened to a rollout into the words of lineage, audit and events. */
final class Announcer {
  private static final String SELF = "fovea/rollouts";

  private final Outbox outbox;

  Announcer(Outbox outbox) {
    this.outbox = outbox;
  }

  void begun(Course course, Instant now) {
    var rollout = rollout(course);
    var plan = course.plan();
    link(
        course,
        new LineageNode(Kind.RELEASE, plan.release(), label(course)),
        "rolled out by",
        rollout,
        now);
    link(course, variant(course), "served by", rollout, now);
  }

  /** Publishes that somebody wanted a release back. */
  void begunAgain(Course before, Course after, Instant now) {
    begun(after, now);
    var by = after.attempt().by();
    link(after, rollout(before), "was asked for by %s after".formatted(by), rollout(after), now);
    audited(
        after,
        by,
        "rolled out again",
        "done: attempt %d at release %s, after %s: %s"
            .formatted(
                after.attempt().number(),
                after.plan().release().abbreviated(),
                before.digest().abbreviated(),
                after.attempt().why()),
        now);
  }

  /** Publishes what the step from one to the other means. */
  void moved(Course before, Course after, Instant now) {
    if (before.image().isEmpty() && after.image().isPresent()) {
      var image = new LineageNode(Kind.IMAGE, after.image().get(), label(after));
      link(after, variant(after), "packaged from", image, now);
    }
    if (after.state().ended() && !before.state().ended()) {
      outbox.publish(
          new RolloutEnded(
              after.project(),
              after.plan().model(),
              after.plan().number(),
              after.digest(),
              after.plan().release(),
              after.state(),
              after.reason()));
    }
  }

  /** The evidence rolled it back; nobody else did. */
  void rolledBack(Course course, Instant now) {
    audited(course, SELF, "rolled back rollout", "done: " + course.reason(), now);
  }

  void audited(Course course, String who, String act, String outcome, Instant now) {
    // The same act in the same state is the same entry, also when a transaction is tried again.
    var name = "%s %s %s %s %s".formatted(course.digest(), course.state(), who, act, now);
    outbox.publish(
        new Audited(
            UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
            course.project().text(),
            who,
            act,
            course.digest().toString(),
            outcome,
            now));
  }

  private void link(Course course, LineageNode from, String verb, LineageNode to, Instant now) {
    outbox.publish(new LineageLinked(course.project(), from, verb, to, now));
  }

  private static LineageNode rollout(Course course) {
    int attempt = course.attempt().number();
    return new LineageNode(
        Kind.ROLLOUT,
        course.digest(),
        attempt == 1 ? label(course) : "%s, attempt %d".formatted(label(course), attempt));
  }

  private static LineageNode variant(Course course) {
    return new LineageNode(Kind.VARIANT, course.plan().variant(), label(course));
  }

  private static String label(Course course) {
    return "%s %d".formatted(course.plan().model(), course.plan().number());
  }
}

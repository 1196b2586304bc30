package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout.Approval;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Again;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.judge.Window;
import dev.fovea.rollouts.turns.Turn;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Moves rollouts, each move one transaction with its row held, its events and its audit entry. Of
 * two moves at the same time one comes second and sees the first.
 */
final class Transitions {
  private final Turn turn;
  private final Courses courses;
  private final Announcer announcer;
  private final TransactionTemplate transactions;
  private final Clock clock;

  /**
   * @param turn whose it is to move rollouts on; people decide through any process
   */
  Transitions(
      Turn turn, Courses courses, Outbox outbox, TransactionTemplate transactions, Clock clock) {
    this.turn = turn;
    this.courses = courses;
    this.announcer = new Announcer(outbox);
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * Begins a rollout, unless this release's is there already; ends the one of the same model that
   * is under way.
   */
  Course begin(Name project, Plan plan) {
    return inTransaction(() -> {
      var course = Course.begin(project, plan, clock.instant());
      courses.hold(Courses.deployment(course));
      var known = courses.locked(course.digest());
      if (known.isPresent()) {
        return known.get();
      }
      var now = clock.instant();
      courses
          .underWay(Courses.deployment(course))
          .flatMap(older -> courses.locked(older.digest()))
          .filter(older -> !older.state().ended())
          .ifPresent(older -> move(older, older.superseded(course.digest())));
      courses.insert(course, Optional.empty(), now);
      announcer.begun(course, now);
      return course;
    });
  }

  /**
   * Begins one more attempt at a release, unless this request has begun it already. Of two persons
   * who ask at the same time one comes second and is told of the first.
   *
   * @param named any attempt at the release
   */
  Course again(Course named, String who, Again asked) {
    return inTransaction(() -> {
      courses.hold(Courses.deployment(named));
      var known = courses.requested(named.project(), asked.request());
      if (known.isPresent()) {
        return sameRelease(named, known.get(), asked);
      }
      requireNothingMoves(named);
      var before = courses.attempts(named.attempt().first()).getFirst();
      var now = clock.instant();
      var course = before.again(who, asked.why(), now);
      courses.insert(course, Optional.of(asked.request()), now);
      announcer.begunAgain(before, course, now);
      return course;
    });
  }

  private static Course sameRelease(Course named, Course known, Again asked) {
    if (!known.attempt().first().equals(named.attempt().first())) {
      throw new NotDecidable(
          named.digest(),
          "request %s has started rollout %s of another release already"
              .formatted(asked.request(), known.digest().abbreviated()),
          "choose a new request id");
    }
    return known;
  }

  /** Read in this order: what is under way bakes next, and what bakes serves next. */
  private void requireNothingMoves(Course named) {
    var deployment = Courses.deployment(named);
    courses
        .underWay(deployment)
        .ifPresent(other -> {
          throw moving(named, other, "is under way", "wait until it has ended, or reject it");
        });
    courses
        .baking(deployment)
        .ifPresent(other -> {
          throw moving(
              named,
              other,
              "bakes",
              "roll it back: the version before it is warm; or wait until it has baked");
        });
    if (courses
        .serving(deployment)
        .filter(serving -> serving.attempt().first().equals(named.attempt().first()))
        .isPresent()) {
      throw new NotDecidable(
          named.digest(),
          "%s %d is in production already".formatted(named.plan().model(), named.plan().number()),
          "nothing has to be done");
    }
  }

  private static NotDecidable moving(Course named, Course other, String how, String fix) {
    return new NotDecidable(
        named.digest(),
        "a rollout of %s %d %s: %s, attempt %d, asked for by %s, is %s"
            .formatted(
                other.plan().model(),
                other.plan().number(),
                how,
                other.digest().abbreviated(),
                other.attempt().number(),
                other.attempt().by(),
                other.state()),
        fix);
  }

  /**
   * Moves a rollout on, if it is still where the caller saw it.
   *
   * @return where it is afterwards
   */
  Course move(Digest rollout, State seen, BiFunction<Course, Instant, Course> step) {
    return inTransaction(() -> {
      turn.check();
      var course = courses.locked(rollout).orElseThrow();
      return course.state() == seen ? move(course, step.apply(course, clock.instant())) : course;
    });
  }

  /** Ends a bake whose time is over. */
  Course bake(Digest rollout) {
    var seen = courses.find(rollout).orElseThrow();
    if (seen.baked(clock.instant()).equals(seen)) {
      return seen;
    }
    return inTransaction(() -> {
      var course = courses.locked(rollout).orElseThrow();
      var after = course.baked(clock.instant());
      return course.state() == State.BAKING && after.state() != State.BAKING
          ? move(course, after)
          : course;
    });
  }

  /** Adds a window to the evidence, once. */
  Course watch(Digest rollout, Window window, BiFunction<Course, Instant, Course> step) {
    return inTransaction(() -> {
      turn.check();
      var course = courses.locked(rollout).orElseThrow();
      var now = clock.instant();
      if (!course.watched() || !courses.keep(course, window, now)) {
        return course;
      }
      var after = move(course, step.apply(course, now));
      if (after.state() == State.ROLLED_BACK) {
        announcer.rolledBack(after, now);
      }
      return after;
    });
  }

  /**
   * Adds an approval.
   *
   * @param evidence what the person saw
   * @param present what there is to see now
   */
  Course approve(
      Digest rollout,
      String who,
      Digest evidence,
      String comment,
      Function<Course, Digest> present) {
    return inTransaction(() -> {
      var course = courses.locked(rollout).orElseThrow();
      if (course.state() != State.AWAITING_APPROVAL) {
        throw new NotDecidable(
            rollout,
            "it is %s: %s".formatted(course.state(), course.reason()),
            "approve a rollout that is AWAITING_APPROVAL");
      }
      requireSeen(rollout, "the approval", evidence, present.apply(course));
      var now = clock.instant();
      if (!courses.approve(rollout, new Approval(who, evidence, comment, now))) {
        throw new NotDecidable(
            rollout, "%s has approved it already".formatted(who), "ask another release manager");
      }
      announcer.audited(course, who, "approved rollout", "done", now);
      return move(course, course.approved(who, courses.approvals(rollout).size(), now));
    });
  }

  /** Ends it by a person's no. */
  Course reject(Digest rollout, String who, String comment) {
    return inTransaction(() -> {
      var course = courses.locked(rollout).orElseThrow();
      if (course.state().ended()) {
        throw new NotDecidable(
            rollout,
            "it is %s already: %s".formatted(course.state(), course.reason()),
            course.state() == State.PROMOTED
                ? "roll an older model version out again to take it out of production"
                : "nothing more has to be done");
      }
      if (course.state() == State.BAKING) {
        throw new NotDecidable(
            rollout,
            "it has all traffic and bakes: " + course.reason(),
            "roll it back: the version before it is still warm");
      }
      announcer.audited(course, who, "rejected rollout", "done", clock.instant());
      return move(course, course.rejected(who, comment));
    });
  }

  /**
   * Takes a baking one back.
   *
   * @param evidence what the person saw
   * @param present what there was to see when it got everything; what is seen since may only speak
   *     for going back, so it holds nobody up
   */
  Course rollBack(
      Digest rollout,
      String who,
      Digest evidence,
      String comment,
      Function<Course, Digest> present) {
    return inTransaction(() -> {
      var course = courses.locked(rollout).orElseThrow();
      if (course.state() != State.BAKING) {
        throw new NotDecidable(
            rollout,
            "it is %s: %s".formatted(course.state(), course.reason()),
            course.state().ended()
                ? "roll an older model version out again to take it out of production"
                : "reject it: it does not have all traffic yet");
      }
      requireSeen(rollout, "the rollback", evidence, present.apply(course));
      announcer.audited(course, who, "rolled back rollout", "done", clock.instant());
      return move(course, course.takenBack(who, comment));
    });
  }

  private static void requireSeen(Digest rollout, String what, Digest evidence, Digest shown) {
    if (!shown.equals(evidence)) {
      throw new NotDecidable(
          rollout,
          "%s is for the evidence %s, the present evidence is %s"
              .formatted(what, evidence.abbreviated(), shown.abbreviated()),
          "look at the present evidence and decide on that");
    }
  }

  /** Writes into the audit log that somebody was refused. */
  void refused(Course course, String who, String act, String why) {
    inTransaction(() -> {
      announcer.audited(course, who, act, "refused: " + why, clock.instant());
      return course;
    });
  }

  private Course move(Course before, Course after) {
    var now = clock.instant();
    courses.update(before, after, now);
    announcer.moved(before, after, now);
    return after;
  }

  private interface Work {
    Course run();
  }

  private Course inTransaction(Work work) {
    return Optional.ofNullable(transactions.execute(_ -> work.run())).orElseThrow();
  }
}

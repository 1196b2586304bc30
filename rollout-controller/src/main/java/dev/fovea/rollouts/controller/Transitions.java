package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout.Approval;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.judge.Window;
import dev.fovea.rollouts.turns.Turn;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
      Turn turn,
      Courses courses,
      Outbox outbox,
      TransactionTemplate transactions,
      Clock clock) {
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
      courses.insert(course, now);
      announcer.begun(course, now);
      return course;
    });
  }

  /**
   * Moves a rollout on, if it is still where the caller saw it.
   *
   * @return where it is afterwards
   */
  Course move(Digest rollout, State seen, UnaryOperator<Course> step) {
    return inTransaction(() -> {
      turn.check();
      var course = courses.locked(rollout).orElseThrow();
      return course.state() == seen ? move(course, step.apply(course)) : course;
    });
  }

  /** Adds a window to the evidence, once. */
  Course watch(Digest rollout, Window window, UnaryOperator<Course> step) {
    return inTransaction(() -> {
      turn.check();
      var course = courses.locked(rollout).orElseThrow();
      return course.hasCanary() && courses.keep(course, window, clock.instant())
          ? move(course, step.apply(course))
          : course;
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
      var shown = present.apply(course);
      if (!shown.equals(evidence)) {
        throw new NotDecidable(
            rollout,
            "the approval is for the evidence %s, the present evidence is %s"
                .formatted(evidence.abbreviated(), shown.abbreviated()),
            "look at the present evidence and approve that");
      }
      var now = clock.instant();
      if (!courses.approve(rollout, new Approval(who, evidence, comment, now))) {
        throw new NotDecidable(
            rollout, "%s has approved it already".formatted(who), "ask another release manager");
      }
      announcer.audited(course, who, "approved rollout", "done", now);
      return move(course, course.approved(who, courses.approvals(rollout).size()));
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
                ? "roll out an older model version to take it out of production"
                : "nothing more has to be done");
      }
      announcer.audited(course, who, "rejected rollout", "done", clock.instant());
      return move(course, course.rejected(who, comment));
    });
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

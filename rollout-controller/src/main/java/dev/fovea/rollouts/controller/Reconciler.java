package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.turns.Turn;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the running system what the database says, and moves each rollout on when it may. Looks at
 * the state and never at what happened since, so a process that was killed anywhere goes on from
 * what was written last.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final int TRIES = 5;

  private final Turn turn;
  private final Courses courses;
  private final Transitions transitions;
  private final NextSteps steps;
  private final Traffic traffic;
  private final Complaints complaints;
  private final Executor threads;

  private final Set<Object> busy = ConcurrentHashMap.newKeySet();
  private final Map<Digest, Integer> failures = new ConcurrentHashMap<>();

  /**
   * @param threads for steps that take long; one step of a rollout runs at a time
   */
  Reconciler(
      Turn turn,
      Courses courses,
      Transitions transitions,
      NextSteps steps,
      Traffic traffic,
      Complaints complaints,
      Executor threads) {
    this.turn = turn;
    this.courses = courses;
    this.transitions = transitions;
    this.steps = steps;
    this.traffic = traffic;
    this.complaints = complaints;
    this.threads = threads;
  }

  /** Looks once at everything, if it is this process's turn. */
  void tick() {
    if (!turn.mine()) {
      return;
    }
    for (var deployment : traffic.overdue()) {
      once(deployment, () -> traffic.settle(deployment));
    }
    once("settle", traffic::settle);
    for (var course : courses.unfinished()) {
      once(course.digest(), () -> advance(course.digest()));
    }
    once("retire", traffic::retire);
  }

  /** Starts what should run for a model and routes its traffic. */
  void settle(Deployment deployment) {
    traffic.settle(deployment);
  }

  private void once(Object key, Runnable step) {
    if (!busy.add(key)) {
      return;
    }
    threads.execute(() -> {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (Complaints.passes(e)) {
          complaints.say(key, "is tried again: " + e.getMessage());
        } else {
          LOG.warn("{} failed and is tried again", key, e);
        }
      } finally {
        busy.remove(key);
      }
    });
  }

  private void advance(Digest rollout) {
    var course = courses.find(rollout).orElseThrow();
    try {
      steps.take(course);
      failures.remove(rollout);
      complaints.end(rollout);
    } catch (IOException | RuntimeException e) {
      retryOrEnd(course, e);
    }
  }

  private void retryOrEnd(Course course, Exception e) {
    if (Complaints.passes(e)) {
      complaints.say(course.digest(), "waits: " + e.getMessage());
      return;
    }
    int tries = failures.merge(course.digest(), 1, Integer::sum);
    boolean preparing = course.state() == State.PACKAGING || course.state() == State.STARTING;
    var why = Complaints.sentence(e);
    if (preparing && (e instanceof Problem || tries >= TRIES)) {
      LOG.warn("rollout {} fails: {}", course.digest(), why, e);
      transitions.move(course.digest(), course.state(), (now, _) -> now.failed(why));
      failures.remove(course.digest());
    } else {
      LOG.warn("rollout {}, try {}: {}", course.digest(), tries, why, e);
    }
  }
}

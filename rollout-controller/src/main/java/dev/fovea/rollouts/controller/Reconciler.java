package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.VersionCheck;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.packaging.ModelImages;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.turns.Turn;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
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
  private final VersionCheck versions;
  private final ModelImages images;
  private final Traffic traffic;
  private final Watch watch;
  private final Function<Course, Judge> judges;
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
      VersionCheck versions,
      ModelImages images,
      Traffic traffic,
      Watch watch,
      Function<Course, Judge> judges,
      Complaints complaints,
      Executor threads) {
    this.turn = turn;
    this.courses = courses;
    this.transitions = transitions;
    this.versions = versions;
    this.images = images;
    this.traffic = traffic;
    this.watch = watch;
    this.judges = judges;
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
      switch (course.state()) {
        case PACKAGING -> {
          var plan = course.plan();
          versions.requireSigned(course.project(), plan.model(), plan.number());
          var image = images.build(course.served());
          transitions.move(rollout, State.PACKAGING, (now, _) -> now.packaged(image));
        }
        case STARTING -> warm(course);
        case SHADOW, CANARY, AWAITING_APPROVAL -> watch(course);
        case BAKING -> bake(course);
        case PROMOTED, ROLLED_BACK, REJECTED, SUPERSEDED, FAILED -> {
          // Nothing more to do.
        }
      }
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

  private void warm(Course course) throws IOException {
    traffic.start(course);
    var deployment = Courses.deployment(course);
    // Read in this order: once nothing bakes, what serves is taken back no more.
    var baking = courses.baking(deployment).map(Course::digest);
    if (baking.isPresent()) {
      var waiting = course.waitingFor(baking.get());
      if (!waiting.equals(course)) {
        transitions.move(course.digest(), State.STARTING, (now, _) -> now.waitingFor(baking.get()));
      }
      return;
    }
    var judge = judges.apply(course);
    var stable = courses.serving(deployment).map(Course::digest);
    var latencies = stable.flatMap(traffic::latencies);
    transitions.move(
        course.digest(),
        State.STARTING,
        (now, at) -> now.warm(stable, judge, latencies.orElse(Latencies.NONE), at));
    traffic.settle(deployment);
  }

  private void bake(Course course) {
    watch(course);
    if (transitions.bake(course.digest()).state() != State.BAKING) {
      watch.kept(course.digest());
      traffic.settle(Courses.deployment(course));
    }
  }

  private void watch(Course course) {
    if (course.stable().isEmpty()) {
      return;
    }
    var stable = course.stable().get();
    var window = watch.window(course, stable);
    if (window.isEmpty()) {
      return;
    }
    var judge = judges.apply(course);
    var hold = watch.hold(course.digest());
    var deployment = Courses.deployment(course);
    traffic.exclusively(
        deployment,
        () -> {
          if (course.seen(judge, window.get(), hold, course.started()).state()
              == State.ROLLED_BACK) {
            // First the traffic, then the record of it: a database that is down keeps nobody at a
            // bad canary.
            traffic.withdraw(deployment, stable);
          }
          transitions.watch(
              course.digest(), window.get(), (now, at) -> now.seen(judge, window.get(), hold, at));
          watch.kept(course.digest());
        });
    traffic.settle(deployment);
  }
}

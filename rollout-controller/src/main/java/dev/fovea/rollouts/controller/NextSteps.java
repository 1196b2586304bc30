package dev.fovea.rollouts.controller;

import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.VersionCheck;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.packaging.ModelImages;
import java.io.IOException;
import java.util.function.Function;

/**
 * What is done next for a rollout: its model is packed, warmed up, watched beside the stable one,
 * and watched alone.
 */
final class NextSteps {
  private final Courses courses;
  private final Transitions transitions;
  private final VersionCheck versions;
  private final ModelImages images;
  private final Traffic traffic;
  private final Watch watch;
  private final Function<Course, Judge> judges;

  NextSteps(
      Courses courses,
      Transitions transitions,
      VersionCheck versions,
      ModelImages images,
      Traffic traffic,
      Watch watch,
      Function<Course, Judge> judges) {
    this.courses = courses;
    this.transitions = transitions;
    this.versions = versions;
    this.images = images;
    this.traffic = traffic;
    this.watch = watch;
    this.judges = judges;
  }

  /** Takes it as far as it may go now; the same again changes nothing. */
  void take(Course course) throws IOException {
    switch (course.state()) {
      case PACKAGING -> pack(course);
      case STARTING -> warm(course);
      case SHADOW, CANARY, AWAITING_APPROVAL -> watch(course);
      case BAKING -> bake(course);
      case PROMOTED, ROLLED_BACK, REJECTED, SUPERSEDED, FAILED -> {
        // Nothing more to do.
      }
    }
  }

  private void pack(Course course) throws IOException {
    var plan = course.plan();
    versions.requireSigned(course.project(), plan.model(), plan.number());
    var image = images.build(course.served());
    transitions.move(course.digest(), State.PACKAGING, (now, _) -> now.packaged(image));
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

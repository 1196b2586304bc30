package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.capture.LiveRollouts;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Those that the database says are needed, or were until lately. The API server isn't asked: frames
 * come from many pods, and go on when it is down.
 */
final class LiveCourses implements LiveRollouts {
  // Pods are drained for less than a minute, and try a receiver that is down again for five.
  private static final Duration LAST_FRAMES = Duration.ofMinutes(15);

  private final Courses courses;
  private final Clock clock;

  LiveCourses(Courses courses, Clock clock) {
    this.courses = courses;
    this.clock = clock;
  }

  @Override
  public Optional<Live> find(Digest rollout) {
    return courses
        .live(rollout, clock.instant().minus(LAST_FRAMES))
        .map(course -> new Live(course.served(), arm(course)));
  }

  private String arm(Course course) {
    var deployment = Courses.deployment(course);
    if (courses
        .serving(deployment)
        .filter(now -> now.digest().equals(course.digest()))
        .isPresent()) {
      return "stable";
    }
    boolean keptWarm =
        courses
            .baking(deployment)
            .flatMap(Course::stable)
            .filter(course.digest()::equals)
            .isPresent();
    return keptWarm || course.state() == State.SHADOW ? "shadow" : "canary";
  }
}

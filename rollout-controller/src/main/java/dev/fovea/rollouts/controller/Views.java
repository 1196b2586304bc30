package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.Bake;
import dev.fovea.rollouts.Rollout.Copied;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Arm;
import dev.fovea.rollouts.Rollouts.Serving;
import dev.fovea.rollouts.judge.Copies;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.servers.ModelServers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/** Shows rollouts as callers know them. */
final class Views {
  private final Courses courses;
  private final ModelServers servers;
  private final TrafficRouter router;
  private final Function<Course, Judge> judges;
  private final JsonMapper json;

  Views(
      Courses courses,
      ModelServers servers,
      TrafficRouter router,
      Function<Course, Judge> judges,
      JsonMapper json) {
    this.courses = courses;
    this.servers = servers;
    this.router = router;
    this.judges = judges;
    this.json = json;
  }

  Rollout rollout(Course course) {
    var plan = course.plan();
    var measures = judges.apply(course).measures(course.shown().orElse(course.evidence()));
    boolean watched = course.stable().isPresent();
    return new Rollout(
        course.digest(),
        course.project(),
        plan.model(),
        plan.number(),
        plan.variant(),
        plan.release(),
        course.image(),
        course.state(),
        weight(course),
        course.stage(),
        plan.canary().weights(),
        course.stable().flatMap(courses::find).map(stable -> stable.plan().variant()),
        watched ? measures : List.of(),
        evidenceDigest(course),
        courses.approvals(course.digest()),
        courses.timeline(course.digest()),
        course.reason(),
        course.started(),
        plan.requestedBy(),
        plan.canary().shadow(),
        copied(course),
        bake(course),
        course.attempt());
  }

  private static Copied copied(Course course) {
    var copies = course.evidence().copies();
    return new Copied(copies.compared(), copies.disagreed(), copies.dropped());
  }

  private Optional<Bake> bake(Course course) {
    var length = course.plan().canary().bake();
    boolean nothingBefore =
        course.stable().isEmpty()
            && course.state() != State.PACKAGING
            && course.state() != State.STARTING;
    if (length.isZero() || nothingBefore) {
      return Optional.empty();
    }
    return Optional.of(
        new Bake(
            length,
            course.bakeEnds(),
            course.bakeEnds().isPresent()
                ? judges.apply(course).measures(course.evidence())
                : List.of()));
  }

  /** A promoted one has everything until the next is promoted. */
  private int weight(Course course) {
    return course.state() == State.PROMOTED
            && courses
                .serving(Courses.deployment(course))
                .filter(now -> now.digest().equals(course.digest()))
                .isEmpty()
        ? 0
        : course.weight();
  }

  /** Of what there is to see: the rollout, its image and each measure. */
  Digest evidenceDigest(Course course) {
    var evidence = course.shown().orElse(course.evidence());
    var measures = judges.apply(course).measures(evidence);
    var text =
        "fovea-evidence-1 %s %s %s%s"
            .formatted(
                course.digest(),
                course.image().map(Digest::toString).orElse("-"),
                json.writeValueAsString(measures),
                evidence.copies().equals(Copies.NONE)
                    ? ""
                    : " " + json.writeValueAsString(evidence.copies()));
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  Optional<Serving> serving(Deployment deployment) {
    return courses
        .serving(deployment)
        .map(stable -> {
          var baking = courses.baking(deployment);
          if (baking.isPresent()) {
            var before = baking.get().stable().flatMap(courses::find);
            return new Serving(
                deployment.model(),
                arm("stable", stable, 100),
                before.map(course -> arm("shadow", course, 0)));
          }
          var canary = courses.underWay(deployment).filter(Course::hasCanary);
          int weight = canary.map(Course::weight).orElse(0);
          return new Serving(
              deployment.model(),
              arm("stable", stable, 100 - weight),
              canary
                  .filter(course -> course.stable().isPresent())
                  .map(course -> arm(course.copies() > 0 ? "shadow" : "canary", course, weight)));
        });
  }

  private Arm arm(String name, Course course, int weight) {
    var totals = router.totals(course.digest());
    return new Arm(
        name,
        course.plan().number(),
        course.plan().variant(),
        weight,
        servers.address(course.digest()).map(URI::toString).orElse("starting"),
        totals.answered(),
        totals.failed());
  }
}

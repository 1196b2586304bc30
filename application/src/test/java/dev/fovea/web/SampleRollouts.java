package dev.fovea.web;

import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.READER;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** Rollouts in several states; remembers the decisions that it was asked for. */
final class SampleRollouts implements Rollouts {
  /** A decision that arrived. */
  record Asked(String verb, Digest rollout, Decision decision) {}

  final List<Asked> asked = new ArrayList<>();

  /** Releases that were wanted back. */
  final List<Again> repeated = new ArrayList<>();

  /** Decisions on any other evidence are refused, as the real service does. */
  final Digest current = digest("evidence");

  List<Rollout> all =
      List.of(
          rollout(
              READER,
              5,
              Rollout.State.AWAITING_APPROVAL,
              3,
              50,
              Optional.of(digest("int8 digit-reader 4")),
              "3 guards stayed under their boundaries over 1,240 canary answers; 1 approval is missing"),
          rollout(
              READER,
              4,
              Rollout.State.PROMOTED,
              3,
              100,
              Optional.of(digest("int8 digit-reader 1")),
              "approved by grace; it serves everything"),
          rollout(
              Samples.LONG,
              1,
              Rollout.State.CANARY,
              1,
              25,
              Optional.empty(),
              "stage 2 of 3: 96 of 200 answers"));

  /** From now on digit-reader 5 bakes, with a shadow stage behind it. */
  void bake() {
    var r = all.getFirst();
    var since =
        List.of(measure("errors", "refused, failed or timed out", 9, 7480, 8, 11_240, .41, 67, 4));
    all =
        List.of(
            new Rollout(
                r.digest(),
                r.project(),
                r.model(),
                r.number(),
                r.variant(),
                r.release(),
                r.image(),
                Rollout.State.BAKING,
                100,
                3,
                r.weights(),
                r.stable(),
                r.evidence(),
                r.evidenceDigest(),
                List.of(new Rollout.Approval("grace", current, "clear", minutesAgo(3))),
                r.timeline(),
                "grace approved it; it gets all traffic; the version before it stays warm",
                r.started(),
                r.requestedBy(),
                Optional.of(10),
                new Rollout.Copied(1_240, 12, 3),
                Optional.of(
                    new Rollout.Bake(
                        Duration.ofHours(1),
                        Optional.of(minutesAgo(3).plus(Duration.ofHours(1))),
                        since)),
                r.attempt()));
  }

  /** From now on digit-reader 5 serves what digit-reader 4 served. */
  void replace() {
    all =
        List.of(
            rollout(
                READER,
                5,
                Rollout.State.PROMOTED,
                3,
                100,
                Optional.of(digest("int8 digit-reader 4")),
                "approved by grace; it serves everything"),
            rollout(
                READER,
                4,
                Rollout.State.PROMOTED,
                3,
                0,
                Optional.of(digest("int8 digit-reader 1")),
                "approved by grace; it serves everything"));
  }

  private Rollout rollout(
      Name model,
      int number,
      Rollout.State state,
      int stage,
      int weight,
      Optional<Digest> stable,
      String reason) {
    var name = model + " " + number;
    var approvals =
        state == Rollout.State.PROMOTED
            ? List.of(new Rollout.Approval("grace", current, "evidence is clear", minutesAgo(60)))
            : List.<Rollout.Approval>of();
    return new Rollout(
        digest("rollout " + name),
        PARCELS,
        model,
        number,
        digest("int8 " + name),
        digest("release " + name),
        Optional.of(digest("image " + name)),
        state,
        weight,
        stage,
        List.of(5, 25, 50),
        stable,
        List.of(
            measure("errors", "refused, failed or timed out", 3, 2480, 2, 1240, .63, 67, 1),
            measure(
                "slow",
                "slower than 2.8 ms, the stable's own p99 before the canary",
                25,
                2480,
                14,
                1240,
                .03,
                100,
                2),
            measure("unsure", "confidence under 0.60", 120, 2480, 61, 1240, 12.4, 60, 3)),
        current,
        approvals,
        List.of(
            new Rollout.Step(minutesAgo(34), "image packaged, 84.2 MiB"),
            new Rollout.Step(minutesAgo(33), "canary warm after 12 inferences"),
            new Rollout.Step(minutesAgo(30), "weight 5 %"),
            new Rollout.Step(minutesAgo(20), "weight 5 → 25 %"),
            new Rollout.Step(minutesAgo(12), "weight 25 → 50 %"),
            new Rollout.Step(minutesAgo(4), "the evidence is in; people decide")),
        reason,
        minutesAgo(35),
        "ci",
        Optional.empty(),
        new Rollout.Copied(0, 0, 0),
        Optional.empty(),
        new Rollout.Attempt(1, digest("rollout " + name), "ci", ""));
  }

  private static Rollout.Measure measure(
      String name,
      String meaning,
      long stableBad,
      long stable,
      long canaryBad,
      long canary,
      double evidence,
      double boundary,
      int seed) {
    var random = new Random(seed);
    var trace = new ArrayList<Double>();
    var value = 1.0;
    for (int i = 0; i < 60; i++) {
      trace.add(value);
      value =
          Math.max(
              1e-4,
              value
                  * Math.exp(
                      (Math.log(evidence) - Math.log(value)) / (60 - i)
                          + random.nextGaussian() * .18));
    }
    trace.add(evidence);
    return new Rollout.Measure(
        name, meaning, stableBad, stable, canaryBad, canary, evidence, boundary, trace);
  }

  @Override
  public Rollout start(Name project, Plan plan) {
    return all.getFirst();
  }

  @Override
  public List<Rollout> rollouts(Name project) {
    return project.equals(PARCELS) ? all : List.of();
  }

  @Override
  public Rollout rollout(Name project, Digest digest) {
    return rollouts(project).stream()
        .filter(r -> r.digest().equals(digest))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("rollout", digest.toString(), "look in the list"));
  }

  @Override
  public Rollout approve(Name project, Digest digest, Decision decision) {
    return decide("approve", digest, decision);
  }

  @Override
  public Rollout reject(Name project, Digest digest, Decision decision) {
    return decide("reject", digest, decision);
  }

  @Override
  public Rollout rollBack(Name project, Digest digest, Decision decision) {
    return decide("roll back", digest, decision);
  }

  @Override
  public Rollout again(Name project, Digest digest, Again again) {
    repeated.add(again);
    return begun(rollout(project, digest), again);
  }

  /** Its second attempt is on the list from now on. */
  private Rollout begun(Rollout r, Again again) {
    var second =
        new Rollout(
            digest("rollout again " + r.model() + " " + r.number()),
            r.project(),
            r.model(),
            r.number(),
            r.variant(),
            r.release(),
            Optional.empty(),
            Rollout.State.PACKAGING,
            0,
            0,
            r.weights(),
            Optional.empty(),
            List.of(),
            current,
            List.of(),
            List.of(),
            "grace asked for it again, attempt 2: " + again.why(),
            minutesAgo(0),
            r.requestedBy(),
            r.shadow(),
            r.copied(),
            r.bake(),
            new Rollout.Attempt(2, r.digest(), "grace", again.why()));
    all = Stream.concat(Stream.of(second), all.stream()).toList();
    return second;
  }

  @Override
  public List<Rollout> attempts(Name project, Digest digest) {
    var first = rollout(project, digest).attempt().first();
    return all.stream().filter(r -> r.attempt().first().equals(first)).toList();
  }

  private Rollout decide(String verb, Digest digest, Decision decision) {
    asked.add(new Asked(verb, digest, decision));
    if (!decision.evidence().equals(current)) {
      throw new NotDecidable(
          digest, "the evidence has changed since you saw it", "read it again, then decide");
    }
    return rollout(PARCELS, digest);
  }

  @Override
  public Optional<Serving> serving(Name project, Name model) {
    return project.equals(PARCELS) && model.equals(READER)
        ? Optional.of(
            new Serving(
                READER,
                new Arm(
                    "stable",
                    4,
                    digest("int8 digit-reader 4"),
                    50,
                    "http://127.0.0.1:41001",
                    12_480,
                    3),
                Optional.of(
                    new Arm(
                        "canary",
                        5,
                        digest("int8 digit-reader 5"),
                        50,
                        "http://127.0.0.1:41002",
                        1240,
                        2))))
        : Optional.empty();
  }
}

package dev.fovea.demo;

import dev.fovea.kernel.Problem;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Releases go into production, or do not. */
final class RolloutActs {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int MOST_REQUESTS = 60_000;
  private final boolean personApproves;

  /**
   * @param personApproves whether a person decides in the browser
   */
  RolloutActs(boolean personApproves) {
    this.personApproves = personApproves;
  }

  /** Nothing serves yet: after its warm-up, the first deployment needs a person's word alone. */
  void firstDeployment(Stage stage, Story story) throws Exception {
    var asked =
        decided(
            stage,
            2,
            rollout -> settled(rollout) || rollout.state() == Rollout.State.AWAITING_APPROVAL);
    var settled = decideIfAsked(stage, asked);
    stage
        .narrator()
        .done(personApproves ? "approved by you" : "approved by mira", settled.reason());
  }

  /** The worse model gets a share of the traffic, and loses it by what is seen. */
  void canaryThatIsRolledBack(Stage stage, Story story) throws Exception {
    var rollout = withTraffic(stage, story, 3);
    if (rollout.state() != Rollout.State.ROLLED_BACK) {
      throw new IllegalStateException(
          "the worse model's rollout is %s: %s".formatted(rollout.state(), rollout.reason()));
    }
    stage.narrator().refused("canary → rolled back", rollout.reason());
    rollout.evidence().stream()
        .filter(measure -> measure.evidence() >= measure.boundary())
        .forEach(measure ->
            stage
                .narrator()
                .detail(
                    "%s: %d of %d on the canary, %d of %d on the stable · e-value %.3g, rolls back at %.3g"
                        .formatted(
                            measure.name(),
                            measure.canaryBad(),
                            measure.canaryTotal(),
                            measure.stableBad(),
                            measure.stableTotal(),
                            measure.evidence(),
                            measure.boundary())));
  }

  /** The retrained model earns its way up and is approved. */
  void canaryThatIsPromoted(Stage stage, Story story) throws Exception {
    ModelActs.judged(stage, 4);
    var rollout = withTraffic(stage, story, 4);
    var promoted = decideIfAsked(stage, rollout);
    if (promoted.state() != Rollout.State.PROMOTED) {
      throw new IllegalStateException(
          "the retrained model's rollout is %s: %s".formatted(promoted.state(), promoted.reason()));
    }
    stage.narrator().done("canary → 100 %", promoted.reason());
    stage.narrator().detail(stage.page("/releases/" + promoted.release().abbreviated()));
  }

  private static Rollout withTraffic(Stage stage, Story story, int number) throws Exception {
    var started =
        decided(
            stage,
            number,
            rollout ->
                rollout.state() != Rollout.State.PACKAGING
                    && rollout.state() != Rollout.State.STARTING);
    var latest = new AtomicReference<>(started);
    var watcher =
        Thread.ofVirtual()
            .start(() -> {
              while (watching(latest.get())) {
                of(stage, number).ifPresent(latest::set);
                java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
              }
            });
    new Traffic(stage).send(story.stream(), MOST_REQUESTS, () -> !watching(latest.get()));
    watcher.join(LIMIT);
    return decided(stage, number, rollout -> !watching(rollout));
  }

  private static boolean watching(Rollout rollout) {
    return rollout.state() == Rollout.State.SHADOW || rollout.state() == Rollout.State.CANARY;
  }

  private static boolean settled(Rollout rollout) {
    return rollout.state().ended();
  }

  /**
   * The rollout of a version, once it is as far as it has to be.
   *
   * @throws ReleaseStuck at once, where its release ended without one
   */
  static Rollout decided(Stage stage, int number, Predicate<Rollout> enough)
      throws InterruptedException {
    return Patience.until(
            "the rollout of digit-reader " + number,
            LIMIT,
            () -> {
              var found = of(stage, number);
              if (found.isEmpty()) {
                ModelActs.requireOnItsWay(stage, number);
              }
              return found;
            },
            found -> found.filter(enough).isPresent())
        .orElseThrow();
  }

  private static Optional<Rollout> of(Stage stage, int number) {
    return stage.manager().as(Rollouts.class).rollouts(stage.project()).stream()
        .filter(rollout -> rollout.model().equals(Stage.MODEL) && rollout.number() == number)
        .findFirst();
  }

  private Rollout decideIfAsked(Stage stage, Rollout seen) throws InterruptedException {
    return personApproves ? waitForPerson(stage, seen) : approveIfAsked(stage, seen);
  }

  private static Rollout waitForPerson(Stage stage, Rollout seen) throws InterruptedException {
    if (!settled(seen)) {
      stage
          .narrator()
          .waiting(
              "your turn",
              "look at the evidence and decide at "
                  + stage.page("/releases/" + seen.release().abbreviated()));
    }
    var rollouts = stage.manager().as(Rollouts.class);
    return Patience.until(
        "the decision",
        Turns.PATIENCE,
        () -> rollouts.rollout(stage.project(), seen.digest()),
        RolloutActs::settled);
  }

  /** Approves what waits for it, on the evidence that is there at that moment. */
  private static Rollout approveIfAsked(Stage stage, Rollout seen) throws InterruptedException {
    var rollouts = stage.manager().as(Rollouts.class);
    var rollout = seen;
    while (rollout.state() == Rollout.State.AWAITING_APPROVAL) {
      try {
        rollout =
            rollouts.approve(
                stage.project(),
                rollout.digest(),
                new Rollouts.Decision(rollout.evidenceDigest(), "evidence looks good (demo)"));
      } catch (NotDecidable changed) {
        rollout = rollouts.rollout(stage.project(), rollout.digest());
        if (rollout.state() == Rollout.State.AWAITING_APPROVAL
            && changed.kind() != Problem.Kind.CONFLICT) {
          throw changed;
        }
      }
    }
    return decided(stage, rollout.number(), RolloutActs::settled);
  }
}

package dev.fovea.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.Approval;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.controller.World.Quality;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.packaging.PackagingFailed;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private static final Quality BAD = new Quality(0.0, 0.6);
  private DataSource database;
  private World world;

  @BeforeEach
  void begin() {
    database = TestDatabase.migrated("rollouts");
    world = new World(database);
  }

  @Test
  void theFirstOfItsModelGetsNoTrafficBeforeItIsApproved() {
    var rollout = world.start(plan(1)).digest();
    settle();

    var waiting = world.look(rollout);
    assertThat(waiting.state()).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(waiting.stable()).isEmpty();
    assertThat(waiting.weight()).isZero();
    assertThat(waiting.evidence()).isEmpty();
    assertThat(waiting.image()).isPresent();
    assertThat(world.servers.addresses).containsKey(rollout);
    assertThat(world.router.splits).isEmpty();

    assertThat(world.approve(rollout, "rita").state()).isEqualTo(State.PROMOTED);
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(rollout);
  }

  @Test
  void anEqualCanaryGoesThroughEveryStage() {
    var stable = world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    assertThat(world.look(canary).weight()).isEqualTo(10);
    assertThat(world.look(canary).stable()).contains(variant(1));

    traffic(3, 30, World.good());
    assertThat(world.look(canary))
        .extracting(Rollout::stage, Rollout::weight)
        .containsExactly(1, 50);
    assertThat(world.router.splits.get(World.LAMP).canaryWeight()).isEqualTo(50);
    traffic(3, 30, World.good());
    var waiting = world.look(canary);
    assertThat(waiting)
        .extracting(Rollout::state, Rollout::stage, Rollout::weight)
        .containsExactly(State.AWAITING_APPROVAL, 2, 50);
    assertThat(waiting.evidence())
        .allSatisfy(measure -> assertThat(measure.evidence()).isLessThan(60));

    world.approve(canary, "rita");
    world.tick();
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(canary);
    assertThat(world.servers.addresses).containsOnlyKeys(canary);
    assertThat(
            world
                .endpoint
                .serving(TestModels.LAMPS, TestModels.LAMP)
                .orElseThrow()
                .stable()
                .number())
        .isEqualTo(2);
    assertThat(world.look(stable))
        .extracting(Rollout::state, Rollout::weight)
        .containsExactly(State.PROMOTED, 0);
  }

  @Test
  void aVersionThatIsNotWhatWasSignedIsNotPackaged() {
    world.versions.refusal =
        Optional.of(new InvalidRequest("file model.pt2 was altered", "find out who altered it"));
    var rollout = world.start(plan(3)).digest();
    settle();
    assertThat(world.look(rollout).state()).isEqualTo(State.FAILED);
    assertThat(world.look(rollout).reason()).contains("file model.pt2 was altered");
    assertThat(world.versions.asked).containsExactly("lamps lamp 3");
    assertThat(world.images.builds).isZero();
  }

  @Test
  void nothingIsPackagedBeforeTheRegistryAnswers() {
    world.versions.refusal =
        Optional.of(new ServiceUnavailable("registry", "no answer", "start it"));
    var rollout = world.start(plan(3)).digest();
    settle();
    assertThat(world.look(rollout).state()).isEqualTo(State.PACKAGING);
    assertThat(world.images.builds).isZero();
    world.versions.refusal = Optional.empty();
    settle();
    assertThat(world.look(rollout).state()).isEqualTo(State.AWAITING_APPROVAL);
  }

  @Test
  void aWorseCanaryIsRolledBackByTheEvidence() {
    var stable = world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    traffic(4, 20, BAD);

    var ended = world.look(canary);
    assertThat(ended.state()).isEqualTo(State.ROLLED_BACK);
    assertThat(ended.reason()).contains("worse by unsure", "boundary 60");
    assertThat(ended.weight()).isZero();
    world.tick();
    assertThat(world.router.splits.get(World.LAMP))
        .satisfies(split -> {
          assertThat(split.stable().rollout()).isEqualTo(stable);
          assertThat(split.canary()).isEmpty();
        });
    assertThat(world.servers.addresses).containsOnlyKeys(stable);
    assertThat(world.published)
        .filteredOn(RolloutEnded.class::isInstance)
        .last()
        .satisfies(
            event -> assertThat(((RolloutEnded) event).state()).isEqualTo(State.ROLLED_BACK));
    assertThat(world.published)
        .filteredOn(Audited.class::isInstance)
        .last()
        .satisfies(event -> assertThat(((Audited) event).act()).isEqualTo("rolled back rollout"));
  }

  @Test
  void aCanaryThatTurnsBadWhileItWaitsIsRolledBack() {
    world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    traffic(6, 30, World.good());
    assertThat(world.look(canary).state()).isEqualTo(State.AWAITING_APPROVAL);

    traffic(6, 100, BAD);

    assertThat(world.look(canary).state()).isEqualTo(State.ROLLED_BACK);
  }

  @Test
  void whatPeopleApproveStaysWhileTheWatchGoesOn() {
    world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    traffic(6, 30, World.good());
    var shown = world.look(canary);
    traffic(3, 200, World.good());

    assertThat(world.look(canary).evidenceDigest()).isEqualTo(shown.evidenceDigest());
    assertThat(world.look(canary).evidence()).isEqualTo(shown.evidence());
    assertThat(world.courses.windows(canary)).hasSizeGreaterThan(4);
  }

  @Test
  void aNewerRolloutTakesThePlaceOfOneThatIsUnderWay() {
    world.promoted(plan(1));
    var older = world.start(plan(2)).digest();
    settle();
    var newer = world.start(plan(3)).digest();
    settle();

    assertThat(world.look(older).state()).isEqualTo(State.SUPERSEDED);
    assertThat(world.look(newer).state()).isEqualTo(State.CANARY);
    world.tick();
    assertThat(world.servers.addresses).doesNotContainKey(older);
  }

  @Test
  void theSameReleaseIsRolledOutOnce() {
    var first = world.start(plan(1));

    assertThat(world.start(plan(1)).digest()).isEqualTo(first.digest());
    settle();
    assertThat(world.images.builds).isEqualTo(1);
    assertThat(world.endpoint.rollouts(TestModels.LAMPS)).hasSize(1);
  }

  @Test
  void aModelThatCannotBeServedFailsAndLeavesTheStableAlone() {
    var stable = world.promoted(plan(1));
    world.images.failure = Optional.of(new PackagingFailed("x", "no", "do"));
    var canary = world.start(plan(2)).digest();
    settle();

    assertThat(world.look(canary).state()).isEqualTo(State.FAILED);
    assertThat(world.look(canary).reason()).contains("image x was not made: no; do");
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(stable);
  }

  @Test
  void whatMayPassIsTriedFiveTimes() {
    world.images.failure = Optional.of(new IOException("disk full"));
    var rollout = world.start(plan(1)).digest();
    for (int i = 0; i < 3; i++) {
      world.tick();
    }
    assertThat(world.look(rollout).state()).isEqualTo(State.PACKAGING);
    world.images.failure = Optional.empty();
    settle();
    assertThat(world.look(rollout).state()).isEqualTo(State.AWAITING_APPROVAL);

    world.images.failure = Optional.of(new IOException("disk full"));
    var doomed = world.start(plan(2)).digest();
    for (int i = 0; i < 6; i++) {
      world.tick();
    }
    assertThat(world.look(doomed).state()).isEqualTo(State.FAILED);
    assertThat(world.look(doomed).reason()).isEqualTo("disk full");
  }

  @Test
  void withoutApprovalsAskedForItIsPromotedByItself() {
    var canary = new CanarySpec(List.of(50), 20, 1.2, 0.05, 0, 0.6);
    world.start(TestModels.plan(1, variant(1), canary));
    settle();
    var second = world.start(TestModels.plan(2, variant(2), canary)).digest();
    settle();
    traffic(2, 20, World.good());

    assertThat(world.look(second).state()).isEqualTo(State.PROMOTED);
  }

  @Test
  void withoutTrafficNothingAdvances() {
    world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    for (int i = 0; i < 50; i++) {
      world.tick();
      world.router.answer(canary, World.counts(1, World.good())); // one arm alone proves nothing
    }

    assertThat(world.look(canary))
        .extracting(Rollout::state, Rollout::stage)
        .containsExactly(State.CANARY, 0);
  }

  @Test
  void replayingTheKeptWindowsGivesTheSameEvidence() {
    world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    world.router.answer(canary, World.counts(20, BAD));
    traffic(2, 20, BAD);
    var kept = world.courses.find(canary).orElseThrow();
    var judge = new Judge(plan(2).canary(), Duration.ofMillis(1));

    var replayed = judge.begin(World.QUICK);
    for (var window : world.courses.windows(canary)) {
      replayed = judge.after(judge.after(replayed, window), window);
    }

    assertThat(replayed.errors()).isEqualTo(kept.evidence().errors());
    assertThat(replayed.unsure()).isEqualTo(kept.evidence().unsure());
    assertThat(judge.verdict(replayed)).isEqualTo(judge.verdict(kept.evidence()));
  }

  @Test
  void tellsTheLineageOnce() {
    world.promoted(plan(1));

    assertThat(world.published)
        .filteredOn(LineageLinked.class::isInstance)
        .extracting(event -> ((LineageLinked) event).verb())
        .containsExactly("rolled out by", "served by", "packaged from");
  }

  @Test
  void onlyReleaseManagersAndAdministratorsDecide() {
    var rollout = world.start(plan(1)).digest();
    settle();
    var decision = new Decision(world.look(rollout).evidenceDigest(), "");

    for (var role : List.of(Role.ENGINEER, Role.CI, Role.ANNOTATOR, Role.SERVICE)) {
      assertThatThrownBy(() ->
              World.as(
                  "eve", role, () -> world.endpoint.approve(TestModels.LAMPS, rollout, decision)))
          .isInstanceOf(NotAllowed.class)
          .hasMessage("eve may not approve rollouts");
      assertThatThrownBy(() ->
              World.as(
                  "eve", role, () -> world.endpoint.reject(TestModels.LAMPS, rollout, decision)))
          .isInstanceOf(NotAllowed.class);
    }
    assertThat(world.look(rollout).state()).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(world.published)
        .filteredOn(Audited.class::isInstance)
        .hasSize(8)
        .allSatisfy(
            event -> assertThat(((Audited) event).outcome()).startsWith("refused: eve may not"));
    World.as("ada", Role.ADMIN, () -> world.endpoint.approve(TestModels.LAMPS, rollout, decision));
    assertThat(world.look(rollout).approvals()).extracting(Approval::who).containsExactly("ada");
  }

  @Test
  void whoAskedForItMayNotApproveIt() {
    var plan = plan(1);
    var own =
        new Plan(
            plan.model(),
            1,
            plan.variant(),
            plan.release(),
            plan.preprocess(),
            plan.classes(),
            plan.canary(),
            plan.feedback(),
            "rita");
    var rollout = world.start(own).digest();
    settle();

    assertThatThrownBy(() -> world.approve(rollout, "rita"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("rita asked for rollout");
    assertThat(world.approve(rollout, "otto").state()).isEqualTo(State.PROMOTED);
  }

  @Test
  void twoApprovalsAreOfTwoPeople() {
    var rollout =
        world
            .start(
                TestModels.plan(1, variant(1), new CanarySpec(List.of(50), 20, 1.2, 0.05, 2, 0.6)))
            .digest();
    settle();

    assertThat(world.approve(rollout, "rita").state()).isEqualTo(State.AWAITING_APPROVAL);
    assertThatThrownBy(() -> world.approve(rollout, "rita"))
        .isInstanceOf(NotDecidable.class)
        .hasMessageContaining("rita has approved it already");
    assertThat(world.approve(rollout, "otto").state()).isEqualTo(State.PROMOTED);
  }

  @Test
  void nobodyApprovesWhatTheyHaveNotSeen() {
    world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();
    var early = world.look(canary).evidenceDigest();
    assertThatThrownBy(() -> world.approve(canary, "rita"))
        .isInstanceOf(NotDecidable.class)
        .hasMessageContaining("it is CANARY");
    traffic(6, 30, World.good());

    assertThatThrownBy(() ->
            World.decide(
                "rita",
                () -> world.endpoint.approve(TestModels.LAMPS, canary, new Decision(early, ""))))
        .isInstanceOf(NotDecidable.class)
        .hasMessageContaining("the approval is for the evidence " + early.abbreviated());
  }

  @Test
  void aNoEndsItAndCannotBeTakenBack() {
    var stable = world.promoted(plan(1));
    var canary = world.start(plan(2)).digest();
    settle();

    var ended =
        World.decide(
            "rita",
            () ->
                world.endpoint.reject(
                    TestModels.LAMPS, canary, new Decision(variant(9), "too early")));

    assertThat(ended.state()).isEqualTo(State.REJECTED);
    assertThat(ended.reason()).isEqualTo("rita rejected it: too early");
    assertThat(world.router.splits.get(World.LAMP).canary()).isEmpty();
    assertThatThrownBy(() -> world.approve(canary, "otto")).isInstanceOf(NotDecidable.class);
    assertThatThrownBy(() ->
            World.decide(
                "rita",
                () ->
                    world.endpoint.reject(TestModels.LAMPS, stable, new Decision(variant(9), ""))))
        .isInstanceOfSatisfying(
            NotDecidable.class, e -> assertThat(e.fix()).contains("older model version"));
  }

  @Test
  void refusesAPlanThatCannotBe() {
    for (var canary :
        List.of(
            new CanarySpec(List.of(50, 10), 20, 1.2, 0.05, 1, 0.6),
            new CanarySpec(List.of(0), 20, 1.2, 0.05, 1, 0.6),
            new CanarySpec(List.of(100), 20, 1.2, 0.05, 1, 0.6),
            new CanarySpec(List.of(50), 0, 1.2, 0.05, 1, 0.6),
            new CanarySpec(List.of(50), 20, 0.9, 0.05, 1, 0.6),
            new CanarySpec(List.of(50), 20, Double.NaN, 0.05, 1, 0.6),
            new CanarySpec(List.of(50), 20, 1.2, 0.6, 1, 0.6),
            new CanarySpec(List.of(50), 20, 1.2, 0.05, -1, 0.6))) {
      assertThatThrownBy(() -> world.start(TestModels.plan(1, variant(1), canary)))
          .isInstanceOf(InvalidRequest.class);
    }
  }

  @Test
  void aRolloutOfAnotherProjectIsNotThere() {
    var rollout = world.start(plan(1)).digest();

    assertThatThrownBy(() -> world.endpoint.rollout(dev.fovea.kernel.Name.of("other"), rollout))
        .isInstanceOf(NoSuchThing.class);
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      world.tick();
    }
  }

  private void traffic(int times, int canaryAnswers, Quality canary) {
    for (int i = 0; i < times; i++) {
      world.traffic(canaryAnswers, World.good(), canary);
      world.tick();
    }
  }

  private static Plan plan(int number) {
    return TestModels.plan(number, variant(number));
  }

  static Digest variant(int number) {
    return Digest.sha256(("variant " + number).getBytes(StandardCharsets.UTF_8));
  }
}

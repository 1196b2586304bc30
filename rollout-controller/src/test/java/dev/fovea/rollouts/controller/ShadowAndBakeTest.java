package dev.fovea.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.NotAllowed;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.Copied;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.Rollouts.Serving;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.controller.World.Quality;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Copies;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What happens before a canary answers anybody, and after it answers everybody. */
class ShadowAndBakeTest {
  private static final Quality BAD = new Quality(0.0, 0.6);
  private static final CanarySpec PLAIN = new CanarySpec(List.of(10, 50), 60, 1.2, 0.05, 1, 0.6);
  private static final CanarySpec SHADOWED = PLAIN.shadowing(20);
  private static final CanarySpec BAKED = PLAIN.baking(Duration.ofHours(1));
  private DataSource database;
  private World world;
  private Digest stable;

  @BeforeEach
  void begin() {
    database = TestDatabase.migrated("rollouts");
    world = new World(database);
    stable = world.promoted(plan(1, PLAIN));
  }

  @Test
  void aShadowAnswersNobodyUntilItsCopiesShowedNothing() {
    var canary = started(plan(2, SHADOWED));
    assertThat(world.look(canary))
        .extracting(Rollout::state, Rollout::weight, Rollout::stage, Rollout::shadow)
        .containsExactly(State.SHADOW, 0, -1, Optional.of(20));
    assertThat(world.router.splits.get(World.LAMP))
        .satisfies(split -> {
          assertThat(split.stable().rollout()).isEqualTo(stable);
          assertThat(split.shadowShare()).isEqualTo(20);
          assertThat(split.canaryWeight()).isZero();
        });
    assertThat(serving().canary().orElseThrow())
        .satisfies(arm -> {
          assertThat(arm.name()).isEqualTo("shadow");
          assertThat(arm.weight()).isZero();
        });

    traffic(2, 20, World.good());
    assertThat(world.look(canary).state()).isEqualTo(State.SHADOW);
    traffic(1, 20, World.good());

    var next = world.look(canary);
    assertThat(next)
        .extracting(Rollout::state, Rollout::weight, Rollout::stage)
        .containsExactly(State.CANARY, 10, 0);
    assertThat(next.reason())
        .isEqualTo(
            "nothing speaks against it after 60 copied requests; the canary gets 10 % of the traffic");
    assertThat(world.router.splits.get(World.LAMP).shadows()).isFalse();
  }

  @Test
  void copiesDoNotCountForTheFirstStageOfTheCanary() {
    var canary = started(plan(2, SHADOWED));
    traffic(3, 20, World.good());
    traffic(2, 20, World.good());

    assertThat(world.look(canary))
        .extracting(Rollout::state, Rollout::stage)
        .containsExactly(State.CANARY, 0);
    traffic(1, 20, World.good());
    assertThat(world.look(canary).stage()).isEqualTo(1);
  }

  @Test
  void aWorseShadowIsRolledBackBeforeAnybodySawIt() {
    var canary = started(plan(2, SHADOWED));
    traffic(3, 20, BAD);

    var ended = world.look(canary);
    assertThat(ended.state()).isEqualTo(State.ROLLED_BACK);
    assertThat(ended.reason()).contains("worse by unsure");
    assertThat(ended.timeline()).noneMatch(step -> step.what().contains("of the traffic"));
    world.tick();
    assertThat(world.servers.addresses).containsOnlyKeys(stable);
  }

  @Test
  void evidenceOfTheShadowStageIsCarriedOn() {
    var canary = started(plan(2, SHADOWED));
    traffic(3, 20, new Quality(0, 0.15));
    var afterShadow = unsure(world.look(canary)).evidence();
    traffic(1, 20, World.good());

    assertThat(world.courses.windows(canary)).hasSize(4);
    assertThat(unsure(world.look(canary)).canaryTotal()).isEqualTo(80);
    assertThat(unsure(world.look(canary)).trace()).hasSize(4).contains(afterShadow);
  }

  @Test
  void aShadowThatDisagreesIsShownAndNotRolledBack() {
    var canary = started(plan(2, SHADOWED));
    var before = world.look(canary).evidenceDigest();
    world.traffic(20, World.good(), World.good());
    world.router.answer(canary, new ArmCounts(0, 0, 0, 0, Latencies.NONE, new Copies(18, 18, 3)));
    world.tick();

    var now = world.look(canary);
    assertThat(now.state()).isEqualTo(State.SHADOW);
    assertThat(now.copied()).isEqualTo(new Copied(18, 18, 3));
    assertThat(now.evidenceDigest()).isNotEqualTo(before);
  }

  @Test
  void withoutCopiesAShadowStaysAShadow() {
    var canary = started(plan(2, SHADOWED));
    for (int i = 0; i < 50; i++) {
      world.router.answer(stable, World.counts(100, World.good()));
      world.tick();
    }

    assertThat(world.look(canary).state()).isEqualTo(State.SHADOW);
  }

  @Test
  void whatWasPromotedBakesWhileTheOneBeforeStaysWarm() {
    var canary = baking(plan(2, BAKED));
    var baking = world.look(canary);
    assertThat(baking)
        .extracting(Rollout::state, Rollout::weight)
        .containsExactly(State.BAKING, 100);
    assertThat(baking.reason()).contains("rita approved it", "stays warm until");
    assertThat(baking.bake().orElseThrow().ends()).isPresent();
    assertThat(serving().stable().number()).isEqualTo(2);
    assertThat(serving().canary().orElseThrow().number()).isEqualTo(1);
    assertThat(world.servers.addresses).containsOnlyKeys(stable, canary);
    assertThat(world.router.splits.get(World.LAMP))
        .satisfies(split -> {
          assertThat(split.stable().rollout()).isEqualTo(canary);
          assertThat(split.canary().orElseThrow().rollout()).isEqualTo(stable);
          assertThat(split.shadowShare()).isEqualTo(10);
        });
    assertThat(ends()).as("it may still go back").isEqualTo(1);

    world.hands.forward(Duration.ofMinutes(59));
    traffic(3, 50, World.good());
    assertThat(world.look(canary).state()).isEqualTo(State.BAKING);
    world.hands.forward(Duration.ofMinutes(2));
    world.tick();

    assertThat(world.look(canary))
        .extracting(Rollout::state, Rollout::reason)
        .containsExactly(State.PROMOTED, "it has baked, and nothing spoke against it");
    assertThat(world.servers.addresses).containsOnlyKeys(canary);
    assertThat(world.router.splits.get(World.LAMP).canary()).isEmpty();
    assertThat(ends()).isEqualTo(2);
  }

  @Test
  void whatTurnsBadWhileItBakesGoesBackByTheEvidence() {
    var canary = baking(plan(2, BAKED));
    int starts = world.servers.started.size();
    traffic(4, 50, BAD);

    var ended = world.look(canary);
    assertThat(ended)
        .extracting(Rollout::state, Rollout::weight)
        .containsExactly(State.ROLLED_BACK, 0);
    assertThat(ended.reason()).contains("worse by unsure");
    assertThat(serving().stable().number()).isEqualTo(1);
    assertThat(world.servers.started).as("nothing had to be started").hasSize(starts);
    world.tick();
    assertThat(world.servers.addresses).containsOnlyKeys(stable);
    assertThat(world.look(stable)).extracting(Rollout::weight).isEqualTo(100);
  }

  @Test
  void howLongAnswersTakeIsNotComparedWhileOneArmHasAllTheLoad() {
    var canary = baking(plan(2, BAKED));
    for (int i = 0; i < 10; i++) {
      world.router.answer(canary, new ArmCounts(450, 0, 450, 45, new Latencies(Map.of(60, 450L))));
      world.router.answer(stable, World.counts(50, World.good()));
      world.tick();
    }

    assertThat(world.look(canary).state()).isEqualTo(State.BAKING);
    assertThat(world.look(canary).bake().orElseThrow().evidence().getFirst().canaryTotal())
        .isGreaterThan(4_000);
  }

  @Test
  void countsFromBeforeTheBakeAreNotMixedWithItsOwn() {
    var canary = started(plan(2, BAKED));
    traffic(6, 30, World.good());
    world.traffic(100, World.good(), World.good()); // too few for a window
    world.tick();
    world.approve(canary, "rita");
    traffic(1, 50, World.good());

    var last = world.courses.windows(canary).getLast();
    assertThat(last.stable().total()).isEqualTo(50);
    assertThat(last.canary().total()).isEqualTo(450);
  }

  @Test
  void aPersonTakesItBackOnTheEvidenceThatWasApproved() {
    var canary = baking(plan(2, BAKED));
    traffic(3, 50, World.good());
    assertThatThrownBy(() -> rollBack(canary, Digest.sha256(new byte[] {1})))
        .isInstanceOf(NotDecidable.class)
        .hasMessageContaining("the rollback is for the evidence");

    var ended = world.rollBack(canary, "otto");

    assertThat(ended.state()).isEqualTo(State.ROLLED_BACK);
    assertThat(ended.reason()).isEqualTo("otto rolled it back: drivers complain");
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(stable);
    assertThat(world.router.splits.get(World.LAMP).canary()).isEmpty();
    assertThat(serving().stable().number()).isEqualTo(1);
    assertThat(world.published)
        .filteredOn(Audited.class::isInstance)
        .last()
        .satisfies(event -> {
          assertThat(((Audited) event).who()).isEqualTo("otto");
          assertThat(((Audited) event).act()).isEqualTo("rolled back rollout");
        });
    assertThatThrownBy(() -> world.rollBack(canary, "otto"))
        .isInstanceOfSatisfying(
            NotDecidable.class, e -> assertThat(e.fix()).contains("older model version"));
  }

  @Test
  void onlyReleaseManagersTakeBack() {
    var canary = baking(plan(2, BAKED));
    var seen = new Decision(world.look(canary).evidenceDigest(), "");

    for (var role : List.of(Role.ENGINEER, Role.CI, Role.ANNOTATOR, Role.SERVICE)) {
      assertThatThrownBy(() ->
              World.as("eve", role, () -> world.endpoint.rollBack(TestModels.LAMPS, canary, seen)))
          .isInstanceOf(NotAllowed.class)
          .hasMessage("eve may not roll back rollouts");
    }
    assertThat(world.look(canary).state()).isEqualTo(State.BAKING);
  }

  @Test
  void whatDoesNotBakeIsRejectedAndWhatBakesIsRolledBack() {
    var canary = started(plan(2, BAKED));
    assertThatThrownBy(() -> world.rollBack(canary, "rita"))
        .isInstanceOfSatisfying(NotDecidable.class, e -> assertThat(e.fix()).contains("reject it"));
    traffic(6, 30, World.good());
    world.approve(canary, "rita");

    assertThatThrownBy(() ->
            World.decide(
                "rita",
                () -> world.endpoint.reject(TestModels.LAMPS, canary, new Decision(canary, "no"))))
        .isInstanceOfSatisfying(
            NotDecidable.class, e -> assertThat(e.fix()).contains("roll it back"));
  }

  @Test
  void aNewerOneWaitsUntilTheBakeIsOver() {
    var second = baking(plan(2, BAKED));
    var third = started(plan(3, SHADOWED));
    traffic(3, 50, World.good());

    assertThat(world.look(second).state()).isEqualTo(State.BAKING);
    assertThat(world.look(third))
        .extracting(Rollout::state, Rollout::reason)
        .containsExactly(
            State.STARTING,
            "it is warm and waits until rollout %s has baked".formatted(second.abbreviated()));
    assertThat(world.look(third).timeline()).hasSize(3);

    world.hands.forward(Duration.ofHours(1));
    settle();
    assertThat(world.look(second).state()).isEqualTo(State.PROMOTED);
    assertThat(world.look(third).state()).isEqualTo(State.SHADOW);
    assertThat(world.look(third).stable()).contains(ReconcilerTest.variant(2));
  }

  @Test
  void aNewerOneIsComparedWithWhatTheRollbackLeft() {
    var second = baking(plan(2, BAKED));
    var third = started(plan(3, PLAIN));
    world.rollBack(second, "rita");
    settle();

    assertThat(world.look(third).state()).isEqualTo(State.CANARY);
    assertThat(world.look(third).stable()).contains(ReconcilerTest.variant(1));
    assertThat(world.servers.addresses).containsOnlyKeys(stable, third);
  }

  @Test
  void theFirstOfItsModelHasNothingToBakeFor() {
    var other = new World(TestDatabase.migrated("rollouts"));
    var first = other.start(plan(1, BAKED)).digest();
    for (int i = 0; i < 3; i++) {
      other.tick();
    }

    assertThat(other.approve(first, "rita").state()).isEqualTo(State.PROMOTED);
    assertThat(other.look(first).bake()).isEmpty();
  }

  @Test
  void aBakeOutlivesTheProcess() {
    var canary = baking(plan(2, BAKED));
    world = new World(database, world.published, world.hands);
    world.tick();
    assertThat(world.servers.addresses).containsOnlyKeys(stable, canary);
    assertThat(world.router.splits.get(World.LAMP).shadowShare()).isEqualTo(10);

    world.hands.forward(Duration.ofDays(1));
    world = new World(database, world.published, world.hands);
    settle();

    assertThat(world.look(canary).state()).isEqualTo(State.PROMOTED);
    assertThat(world.servers.addresses).containsOnlyKeys(canary);
  }

  @Test
  void readsWhatWasWrittenBeforeThereWereShadows() {
    var canary = started(plan(2, PLAIN));
    traffic(1, 20, World.good());
    JdbcClient.create(database)
        .sql(
            """
            update rollouts.rollout set evidence = evidence::jsonb - 'copies',
              plan = plan::jsonb #- '{canary,shadow}' #- '{canary,bake}'\
            """)
        .update();
    JdbcClient.create(database)
        .sql(
            """
            update rollouts.evidence_window set
              counts = counts::jsonb #- '{stable,copies}' #- '{canary,copies}'\
            """)
        .update();

    assertThat(world.look(canary).bake()).isEmpty();
    assertThat(world.courses.windows(canary)).hasSize(1);
    traffic(6, 30, World.good());
    world.approve(canary, "rita");
    assertThat(world.look(canary).state()).isEqualTo(State.PROMOTED);
  }

  @Test
  void refusesAPlanThatCannotBe() {
    for (var spec :
        List.of(
            PLAIN.shadowing(0),
            PLAIN.shadowing(100),
            PLAIN.baking(Duration.ofSeconds(-1)),
            PLAIN.baking(Duration.ofDays(31)))) {
      assertThatThrownBy(() -> world.start(plan(2, spec))).isInstanceOf(InvalidRequest.class);
    }
  }

  @Test
  void refusesAShadowWhereNothingCanCopy() {
    world.router.copies = false;
    assertThatThrownBy(() -> world.start(plan(2, SHADOWED)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("take no orders to copy");
    assertThat(world.look(started(plan(2, PLAIN))).state()).isEqualTo(State.CANARY);
  }

  private static Rollout.Measure unsure(Rollout rollout) {
    return rollout.evidence().getLast();
  }

  private long ends() {
    return world.published.stream().filter(RolloutEnded.class::isInstance).count();
  }

  private Serving serving() {
    return world.endpoint.serving(TestModels.LAMPS, TestModels.LAMP).orElseThrow();
  }

  private void rollBack(Digest rollout, Digest evidence) {
    World.decide(
        "otto",
        () -> world.endpoint.rollBack(TestModels.LAMPS, rollout, new Decision(evidence, "")));
  }

  private Digest started(Plan plan) {
    var rollout = world.start(plan).digest();
    settle();
    return rollout;
  }

  private Digest baking(Plan plan) {
    var rollout = started(plan);
    traffic(6, 30, World.good());
    world.approve(rollout, "rita");
    world.tick();
    return rollout;
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

  private static Plan plan(int number, CanarySpec spec) {
    return TestModels.plan(number, ReconcilerTest.variant(number), spec);
  }
}

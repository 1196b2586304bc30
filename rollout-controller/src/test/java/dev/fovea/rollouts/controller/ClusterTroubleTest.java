package dev.fovea.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.controller.World.Quality;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.ServerFailed;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.servers.NotReadyYet;
import dev.fovea.testkit.TestDatabase;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the controller makes of servers and a cluster that fail, known or unknown. */
class ClusterTroubleTest {
  private static final Quality BAD = new Quality(0.5, 0.1);
  private World world;
  private Digest stable;

  @BeforeEach
  void begin() {
    world = new World(TestDatabase.migrated("rollouts"));
    stable = world.promoted(TestModels.plan(1, ReconcilerTest.variant(1)));
  }

  private Digest canary() {
    var canary = world.start(TestModels.plan(2, ReconcilerTest.variant(2))).digest();
    ticks(3);
    assertThat(world.look(canary).state()).isEqualTo(State.CANARY);
    return canary;
  }

  private void ticks(int times) {
    for (int i = 0; i < times; i++) {
      world.tick();
    }
  }

  private Split split() {
    return world.router.splits.get(World.LAMP);
  }

  @Test
  void aServerThatIsNotReadyYetIsWaitedForHoweverLong() {
    world.servers.failure = Optional.of(new NotReadyYet("0 of 1 pods"));
    var canary = world.start(TestModels.plan(2, ReconcilerTest.variant(2))).digest();
    ticks(30);
    assertThat(world.look(canary).state()).isEqualTo(State.STARTING);
    world.servers.failure = Optional.empty();
    ticks(2);

    assertThat(world.look(canary).state()).isEqualTo(State.CANARY);
  }

  @Test
  void aClusterThatIsDownWhileAServerStartsEndsNothing() {
    world.servers.failure = Optional.of(new ClusterUnreachable("apply", "refused"));
    var canary = world.start(TestModels.plan(2, ReconcilerTest.variant(2))).digest();
    ticks(30);

    assertThat(world.look(canary).state()).isEqualTo(State.STARTING);
  }

  @Test
  void aServerThatWillNeverBeReadyEndsItsRolloutWithItsWords() {
    world.servers.failure = Optional.of(new ServerFailed("fovea-m-1", "ImagePullBackOff"));
    var canary = world.start(TestModels.plan(2, ReconcilerTest.variant(2))).digest();
    ticks(3);

    assertThat(world.look(canary).state()).isEqualTo(State.FAILED);
    assertThat(world.look(canary).reason()).contains("ImagePullBackOff", "kubectl describe");
  }

  @Test
  void aCanaryThatStopsAnsweringGetsNothingUntilItAnswersAgain() {
    var canary = canary();
    assertThat(split().canaryWeight()).isEqualTo(10);
    world.servers.silent.put(canary, new NotReadyYet("0 of 1 pods"));
    ticks(2);

    assertThat(split().canaryWeight()).isZero();
    assertThat(world.look(canary).state()).isEqualTo(State.CANARY);
    world.servers.silent.clear();
    ticks(1);
    assertThat(split().canaryWeight()).isEqualTo(10);
  }

  @Test
  void aCanaryThatWillNotAnswerAgainIsRolledBack() {
    var canary = canary();
    world.servers.silent.put(canary, new ServerFailed("fovea-m-2", "OOMKilled"));
    ticks(2);

    assertThat(world.look(canary).state()).isEqualTo(State.ROLLED_BACK);
    assertThat(world.look(canary).reason()).contains("OOMKilled");
    assertThat(split().canary()).isEmpty();
    assertThat(split().stable().rollout()).isEqualTo(stable);
  }

  @Test
  void aStableThatStopsAnsweringChangesNothingByItself() {
    canary();
    world.servers.silent.put(stable, new NotReadyYet("0 of 1 pods"));
    ticks(5);

    assertThat(split().stable().rollout()).isEqualTo(stable);
    assertThat(split().canaryWeight()).isEqualTo(10);
  }

  @Test
  void aPersonsNoIsDoneAlsoWhereTheStableIsSilent() {
    var canary = canary();
    world.servers.silent.put(stable, new NotReadyYet("0 of 1 pods"));
    reject(canary);

    assertThat(split().canary()).isEmpty();
  }

  private void reject(Digest canary) {
    World.decide(
        "rita",
        () ->
            world.endpoint.reject(
                TestModels.LAMPS, canary, new Decision(world.look(canary).evidenceDigest(), "no")));
  }

  @Test
  void withoutCountsNoVerdictIsMadeUpAndTheSplitStays() {
    var canary = canary();
    world.traffic(20, World.good(), BAD);
    world.router.down = true;
    ticks(20);

    assertThat(world.look(canary).state()).isEqualTo(State.CANARY);
    assertThat(world.look(canary).evidence()).allMatch(each -> each.canaryTotal() == 0);
    assertThat(split().canaryWeight()).isEqualTo(10);
    world.router.down = false;
    for (int i = 0; i < 10; i++) {
      world.tick();
      world.traffic(20, World.good(), BAD);
    }
    assertThat(world.look(canary).state()).isEqualTo(State.ROLLED_BACK);
  }

  @Test
  void aRollbackWhileTheClusterIsDownIsRecordedAndDoneFirstWhenItIsBack() {
    var canary = canary();
    world.router.down = true;
    reject(canary);
    ticks(3);
    assertThat(world.look(canary).state()).isEqualTo(State.REJECTED);
    assertThat(split().canaryWeight()).as("nobody could change it").isEqualTo(10);
    assertThat(world.servers.addresses).as("it still gets requests").containsKey(canary);
    world.router.down = false;
    ticks(1);

    assertThat(split().canary()).isEmpty();
    assertThat(world.servers.addresses).doesNotContainKey(canary);
  }

  @Test
  void aShareThatIsNotAskedForHoldsTheRollout() {
    var canary = canary();
    for (int i = 0; i < 60; i++) {
      world.router.answer(canary, World.counts(48, World.good()));
      world.router.answer(stable, World.counts(52, World.good()));
      world.tick();
    }

    assertThat(world.look(canary).state()).isEqualTo(State.CANARY);
    assertThat(world.look(canary).stage()).isLessThan(2);
    assertThat(world.look(canary).reason())
        .contains("held: the gateway sends 48.0 %", "instead of");
  }

  @Test
  void aWrongShareDoesNotKeepABadCanary() {
    var canary = canary();
    for (int i = 0; i < 20; i++) {
      world.router.answer(canary, World.counts(48, BAD));
      world.router.answer(stable, World.counts(52, World.good()));
      world.tick();
    }

    assertThat(world.look(canary).state()).isEqualTo(State.ROLLED_BACK);
  }

  @Test
  void aProcessWhoseTurnIsOverMovesNothing() {
    var canary = canary();
    world.turn.over = true;
    world.turn.knowsThatItIsOver = false;
    for (int i = 0; i < 10; i++) {
      world.traffic(20, World.good(), World.good());
      world.tick();
    }
    assertThat(world.look(canary).stage()).isZero();

    world.turn.knowsThatItIsOver = true;
    world.router.splits.clear();
    ticks(3);
    assertThat(world.router.splits).as("it routes nothing either").isEmpty();
  }
}

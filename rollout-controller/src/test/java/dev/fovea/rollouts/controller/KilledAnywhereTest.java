package dev.fovea.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.rollouts.TestModels;
import dev.fovea.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A whole rollout, killed right before or after the n-th effect on the world outside (a commit, a
 * route, a server, an image), for every n there is. A new process finds the database alone, and the
 * end is the same.
 */
class KilledAnywhereTest {
  /** Ends a process: nothing in the controller catches it. */
  private static final class Killed extends Error {}

  private static final int MOST_EFFECTS = 500;
  private static final DataSource DATABASE = TestDatabase.migrated("rollouts");

  @Test
  void aGoodCanaryIsPromotedWhereverTheProcessDies() {
    int cuts = everywhere(World.good(), State.PROMOTED);

    System.out.println("killed at " + cuts + " points, each rollout promoted");
    assertThat(cuts).isBetween(20, MOST_EFFECTS - 1);
  }

  @Test
  void aBadCanaryIsRolledBackWhereverTheProcessDies() {
    int cuts = everywhere(new World.Quality(0.5, 0.1), State.ROLLED_BACK);

    System.out.println("killed at " + cuts + " points, each rollout rolled back");
    assertThat(cuts).isBetween(10, MOST_EFFECTS - 1);
  }

  private static int everywhere(World.Quality canary, State end) {
    for (int cutAt = 1; cutAt < MOST_EFFECTS; cutAt++) {
      if (!run(canary, end, cutAt)) {
        return cutAt - 1;
      }
    }
    return MOST_EFFECTS;
  }

  /** Whether the cut was reached. */
  private static boolean run(World.Quality canary, State end, int cutAt) {
    JdbcClient.create(DATABASE)
        .sql(
            "truncate rollouts.rollout, rollouts.step, rollouts.approval, rollouts.evidence_window, rollouts.serving")
        .update();
    var published = new ArrayList<Object>();
    var world = new World(DATABASE, published);
    world.promoted(TestModels.plan(1, ReconcilerTest.variant(1)));
    published.clear();
    var effects = new AtomicInteger();
    Runnable cut =
        () -> {
          if (effects.incrementAndGet() == cutAt) {
            throw new Killed();
          }
        };
    world.cuttingWith(cut);
    var plan = TestModels.plan(2, ReconcilerTest.variant(2));
    var rollout = Course.digest(TestModels.LAMPS, plan);
    var weights = new ArrayList<Integer>();
    for (int i = 0, quiet = 0; i < 60 && quiet < 2; i++) {
      try {
        world.start(plan);
        weights.add(world.look(rollout).weight());
        step(world, rollout, canary);
        quiet += world.look(rollout).state().ended() ? 1 : 0;
      } catch (Killed _) {
        world = restarted(published, cut);
      }
    }

    world.cuttingWith(() -> {});
    assertThat(world.look(rollout).state()).as("killed at effect %d", cutAt).isEqualTo(end);
    assertTheEnd(world, rollout, end, published);
    assertThat(weights).as("weights seen").isSubsetOf(0, 10, 50, 100);
    for (int i = 1; i < weights.size() && end == State.PROMOTED; i++) {
      assertThat(weights.get(i)).isGreaterThanOrEqualTo(weights.get(i - 1));
    }
    return effects.get() >= cutAt;
  }

  private static void step(World world, Digest rollout, World.Quality canary) {
    world.tick();
    world.traffic(20, World.good(), canary);
    if (world.look(rollout).state() == State.AWAITING_APPROVAL) {
      try {
        world.approve(rollout, "rita");
      } catch (NotDecidable e) {
        // The approval before the kill was kept.
        assertThat(e.why()).contains("rita has approved it already");
      }
    }
  }

  private static World restarted(List<Object> published, Runnable cut) {
    var world = new World(DATABASE, published);
    world.cuttingWith(cut);
    return world;
  }

  private static void assertTheEnd(World world, Digest rollout, State end, List<Object> published) {
    world.tick();
    var serving = world.courses.serving(World.LAMP).orElseThrow();
    assertThat(serving.digest().equals(rollout)).isEqualTo(end == State.PROMOTED);
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(serving.digest());
    assertThat(world.router.splits.get(World.LAMP).canary()).isEmpty();
    assertThat(world.servers.addresses).containsOnlyKeys(serving.digest());
    assertThat(published).filteredOn(RolloutEnded.class::isInstance).hasSize(1);
    assertThat(published).filteredOn(LineageLinked.class::isInstance).hasSize(3);
    assertThat(published).filteredOn(Audited.class::isInstance).hasSize(1);
    assertThat(world.look(rollout))
        .extracting(Rollout::weight)
        .isEqualTo(end == State.PROMOTED ? 100 : 0);
  }
}

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
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
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
  private static final UUID REQUEST = new UUID(4, 1);
  private static final DataSource DATABASE = TestDatabase.migrated("rollouts");

  /**
   * How a rollout goes where nobody dies.
   *
   * @param canary what its answers are like in each state
   * @param takenBack whether a person takes it back while it bakes
   * @param again whether it is an earlier release that a person brings back
   * @param acts how many entries the audit log gets
   * @param arrows how many the lineage gets
   */
  private record Way(
      CanarySpec spec,
      Function<State, World.Quality> canary,
      boolean takenBack,
      boolean again,
      State end,
      int acts,
      int arrows) {
    Way(
        CanarySpec spec,
        Function<State, World.Quality> canary,
        boolean takenBack,
        State end,
        int acts) {
      this(spec, canary, takenBack, false, end, acts, 3);
    }
  }

  private static final CanarySpec PLAIN = new CanarySpec(List.of(10, 50), 60, 1.2, 0.05, 1, 0.6);
  private static final CanarySpec WHOLE = PLAIN.shadowing(20).baking(Duration.ofHours(1));
  private static final World.Quality BAD = new World.Quality(0.5, 0.1);

  @Test
  void aGoodCanaryIsPromotedWhereverTheProcessDies() {
    everywhere("promoted", new Way(PLAIN, _ -> World.good(), false, State.PROMOTED, 1), 20);
  }

  @Test
  void aBadCanaryIsRolledBackWhereverTheProcessDies() {
    everywhere("rolled back", new Way(PLAIN, _ -> BAD, false, State.ROLLED_BACK, 1), 10);
  }

  @Test
  void aGoodOneGoesThroughShadowAndBakeWhereverTheProcessDies() {
    everywhere(
        "promoted through shadow and bake",
        new Way(WHOLE, _ -> World.good(), false, State.PROMOTED, 1),
        30);
  }

  @Test
  void aBadShadowIsRolledBackWhereverTheProcessDiesAndAnswersNobody() {
    var weights =
        everywhere(
            "rolled back as shadows", new Way(WHOLE, _ -> BAD, false, State.ROLLED_BACK, 1), 10);

    assertThat(weights).containsOnly(0);
  }

  @Test
  void oneThatTurnsBadWhileItBakesIsRolledBackWhereverTheProcessDies() {
    everywhere(
        "rolled back while they baked",
        new Way(
            WHOLE,
            state -> state == State.BAKING ? BAD : World.good(),
            false,
            State.ROLLED_BACK,
            2),
        30);
  }

  @Test
  void oneThatAPersonTakesBackIsRolledBackWhereverTheProcessDies() {
    everywhere(
        "taken back by a person",
        new Way(WHOLE, _ -> World.good(), true, State.ROLLED_BACK, 2),
        30);
  }

  @Test
  void anEarlierReleaseComesBackWhereverTheProcessDies() {
    everywhere(
        "brought back and promoted",
        new Way(PLAIN, _ -> World.good(), false, true, State.PROMOTED, 2, 4),
        20);
  }

  /** Returns every weight that was seen. */
  private static Set<Integer> everywhere(String what, Way way, int fewestCuts) {
    var weights = new HashSet<Integer>();
    int cuts = 0;
    while (cuts < MOST_EFFECTS && run(way, cuts + 1, weights)) {
      cuts++;
    }
    System.out.println("killed at " + cuts + " points, each rollout " + what);
    assertThat(cuts).isBetween(fewestCuts, MOST_EFFECTS - 1);
    return weights;
  }

  /** Whether the cut was reached. */
  private static boolean run(Way way, int cutAt, Set<Integer> seen) {
    JdbcClient.create(DATABASE)
        .sql(
            "truncate rollouts.rollout, rollouts.step, rollouts.approval, rollouts.evidence_window, rollouts.serving")
        .update();
    var published = new ArrayList<Object>();
    var hands = new World.Hands();
    var world = new World(DATABASE, published, hands);
    var plan = TestModels.plan(2, ReconcilerTest.variant(2), way.spec());
    if (way.again()) {
      world.promoted(plan);
    }
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
    var first = Course.begin(TestModels.LAMPS, plan, hands.instant());
    var rollout = (way.again() ? first.again("rita", "", hands.instant()) : first).digest();
    var weights = new ArrayList<Integer>();
    for (int i = 0, quiet = 0; i < 80 && quiet < 2; i++) {
      try {
        if (way.again()) {
          world.again(first.digest(), "rita", REQUEST);
        } else {
          world.start(plan);
        }
        weights.add(world.look(rollout).weight());
        step(world, rollout, way);
        quiet += world.look(rollout).state().ended() ? 1 : 0;
      } catch (Killed _) {
        world = new World(DATABASE, published, hands);
        world.cuttingWith(cut);
      }
    }

    world.cuttingWith(() -> {});
    assertThat(world.look(rollout).state()).as("killed at effect %d", cutAt).isEqualTo(way.end());
    assertTheEnd(world, rollout, way, published);
    assertThat(weights).as("weights seen").isSubsetOf(0, 10, 50, 100);
    for (int i = 1; i < weights.size() && way.end() == State.PROMOTED; i++) {
      assertThat(weights.get(i)).isGreaterThanOrEqualTo(weights.get(i - 1));
    }
    seen.addAll(weights);
    return effects.get() >= cutAt;
  }

  private static void step(World world, Digest rollout, Way way) {
    world.tick();
    var state = world.look(rollout).state();
    world.traffic(30, World.good(), way.canary().apply(state));
    if (state == State.AWAITING_APPROVAL) {
      decide(() -> world.approve(rollout, "rita"), "rita has approved it already");
    } else if (state == State.BAKING && way.takenBack()) {
      decide(() -> world.rollBack(rollout, "rita"), "it is ROLLED_BACK");
    } else if (state == State.BAKING) {
      // Four looks of a quarter of an hour, each with traffic: one after the other is the same.
      world.hands.forward(Duration.ofMinutes(15));
    }
  }

  private static void decide(Supplier<Rollout> decision, String keptBefore) {
    try {
      decision.get();
    } catch (NotDecidable e) {
      // What was decided before the kill was kept.
      assertThat(e.why()).contains(keptBefore);
    }
  }

  private static void assertTheEnd(World world, Digest rollout, Way way, List<Object> published) {
    world.tick();
    boolean promoted = way.end() == State.PROMOTED;
    var serving = world.courses.serving(World.LAMP).orElseThrow();
    assertThat(serving.digest().equals(rollout)).isEqualTo(promoted);
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(serving.digest());
    assertThat(world.router.splits.get(World.LAMP).canary()).isEmpty();
    assertThat(world.servers.addresses).containsOnlyKeys(serving.digest());
    assertThat(published).filteredOn(RolloutEnded.class::isInstance).hasSize(1);
    assertThat(published).filteredOn(LineageLinked.class::isInstance).hasSize(way.arrows());
    assertThat(published).filteredOn(Audited.class::isInstance).hasSize(way.acts());
    assertThat(world.look(rollout)).extracting(Rollout::weight).isEqualTo(promoted ? 100 : 0);
  }
}

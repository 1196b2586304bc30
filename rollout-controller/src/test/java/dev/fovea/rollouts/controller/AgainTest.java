package dev.fovea.rollouts.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import dev.fovea.rollouts.NotDecidable;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.Attempt;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.rollouts.Rollouts.Again;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.controller.World.Quality;
import dev.fovea.rollouts.packaging.PackagingFailed;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An earlier release comes back. */
class AgainTest {
  private static final UUID REQUEST = new UUID(4, 1);
  private static final UUID OTHER_REQUEST = new UUID(4, 2);
  private static final CanarySpec PLAIN = new CanarySpec(List.of(10, 50), 60, 1.2, 0.05, 1, 0.6);
  private DataSource database;
  private World world;

  @BeforeEach
  void begin() {
    database = TestDatabase.migrated("rollouts");
    world = new World(database);
  }

  @Test
  void theDigestsOfAllAttemptsStayWhatTheyAre() {
    var first = Course.begin(TestModels.LAMPS, plan(1), world.hands.instant());

    assertThat(first.digest().hex())
        .isEqualTo("4453ba0806f96b64157cbf60431892ac32e19501911f1533d294a01f1e40229e");
    assertThat(first.again("rita", "it was better", world.hands.instant()).digest().hex())
        .isEqualTo("ddf9ffef7efcacd4f434de21d799ea16a7887f56bca73614ca4d6b7fbc9ac56d");
  }

  @Test
  void whatWasReplacedComesBackThroughEveryStageAndWithAnApproval() {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));

    var back = world.again(earlier, "rita", REQUEST);

    assertThat(back.state()).isIn(State.PACKAGING, State.STARTING);
    assertThat(back.attempt())
        .isEqualTo(new Attempt(2, earlier, "rita", "the newer one misreads night"));
    assertThat(back.timeline().getFirst().what())
        .isEqualTo("rita asked for it again, attempt 2: the newer one misreads night");
    settle();
    assertThat(world.look(back.digest()))
        .extracting(Rollout::state, Rollout::weight, Rollout::stage, Rollout::stable)
        .containsExactly(State.CANARY, 10, 0, Optional.of(ReconcilerTest.variant(2)));
    traffic(6, World.good());
    assertThat(world.look(back.digest()).state()).isEqualTo(State.AWAITING_APPROVAL);
    world.approve(back.digest(), "rita");
    world.tick();

    assertThat(world.courses.serving(World.LAMP).orElseThrow().digest()).isEqualTo(back.digest());
    assertThat(world.servers.addresses).containsOnlyKeys(back.digest());
    assertThat(world.endpoint.attempts(TestModels.LAMPS, back.digest()))
        .isEqualTo(world.endpoint.attempts(TestModels.LAMPS, earlier))
        .extracting(Rollout::digest, Rollout::weight)
        .containsExactly(tuple(back.digest(), 100), tuple(earlier, 0));
    assertThat(world.published)
        .filteredOn(RolloutEnded.class::isInstance)
        .last()
        .extracting(event -> ((RolloutEnded) event).number())
        .isEqualTo(1);
  }

  @Test
  void itIsJudgedLikeAnyOther() {
    var earlier = world.promoted(plan(1));
    var stable = world.promoted(plan(2));
    var back = world.again(earlier, "rita", REQUEST).digest();
    settle();
    traffic(4, new Quality(0.0, 0.6));

    assertThat(world.look(back).state()).isEqualTo(State.ROLLED_BACK);
    assertThat(world.router.splits.get(World.LAMP).stable().rollout()).isEqualTo(stable);
  }

  @Test
  void whatWasRejectedOrFailedMayComeBackToo() {
    world.promoted(plan(1));
    var rejected = world.start(plan(2)).digest();
    reject(rejected);
    var second = world.again(rejected, "rita", REQUEST).digest();
    reject(second);
    var third = world.again(second, "otto", OTHER_REQUEST);
    assertThat(third.attempt()).extracting(Attempt::number, Attempt::first).contains(3, rejected);
    reject(third.digest());

    world.images.failure = Optional.of(new PackagingFailed("x", "no", "do"));
    var failed = world.start(plan(3)).digest();
    settle();
    assertThat(world.look(failed).state()).isEqualTo(State.FAILED);
    world.images.failure = Optional.empty();
    var again = world.again(failed, "rita", new UUID(4, 3)).digest();
    settle();
    assertThat(world.look(again).state()).isEqualTo(State.CANARY);
  }

  @Test
  void whatIsInProductionIsRefused() {
    var serving = world.promoted(plan(1));

    assertThatThrownBy(() -> world.again(serving, "rita", REQUEST))
        .isInstanceOfSatisfying(
            NotDecidable.class,
            e -> assertThat(e.why()).isEqualTo("lamp 1 is in production already"));
    world.promoted(plan(2));
    var back = through(world.again(serving, "rita", REQUEST).digest());
    assertThatThrownBy(() -> world.again(serving, "rita", OTHER_REQUEST))
        .as("the second attempt at it serves")
        .isInstanceOf(NotDecidable.class)
        .hasMessageContaining("lamp 1 is in production already");
    assertThat(world.endpoint.attempts(TestModels.LAMPS, back)).hasSize(2);
  }

  @Test
  void whatIsUnderWayOrBakesStandsBeforeIt() {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));
    var third = world.start(TestModels.plan(3, ReconcilerTest.variant(3), baked())).digest();
    settle();

    assertThatThrownBy(() -> world.again(earlier, "rita", REQUEST))
        .isInstanceOfSatisfying(
            NotDecidable.class,
            e -> {
              assertThat(e.why())
                  .isEqualTo(
                      "a rollout of lamp 3 is under way: %s, attempt 1, asked for by fovea/pipelines, is CANARY"
                          .formatted(third.abbreviated()));
              assertThat(e.fix()).contains("reject it");
            });
    traffic(6, World.good());
    world.approve(third, "rita");
    assertThat(world.look(third).state()).isEqualTo(State.BAKING);
    assertThatThrownBy(() -> world.again(earlier, "rita", REQUEST))
        .isInstanceOfSatisfying(
            NotDecidable.class,
            e -> {
              assertThat(e.why()).startsWith("a rollout of lamp 3 bakes: ");
              assertThat(e.fix()).startsWith("roll it back");
            });
    world.rollBack(third, "rita");
    assertThat(world.again(earlier, "rita", REQUEST).attempt().number()).isEqualTo(2);
  }

  @Test
  void aRequestThatComesTwiceStartsOneAttempt() {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));
    var back = world.again(earlier, "rita", REQUEST).digest();
    assertThat(world.again(earlier, "rita", REQUEST).digest()).isEqualTo(back);
    reject(back);

    assertThat(world.again(back, "rita", REQUEST).digest())
        .as("also when it ended")
        .isEqualTo(back);
    assertThat(world.endpoint.attempts(TestModels.LAMPS, earlier)).hasSize(2);
    assertThat(acts("rolled out again")).hasSize(1);
    var other = world.start(plan(3)).digest();
    reject(other);
    assertThatThrownBy(() -> world.again(other, "rita", REQUEST))
        .isInstanceOf(NotDecidable.class)
        .hasMessageContaining("of another release already");
  }

  @Test
  void ofTwoPersonsAtOnceOneIsToldOfTheOther() throws Exception {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));
    var named = world.courses.find(earlier).orElseThrow();
    for (int round = 1; round <= 10; round++) {
      var start = new CyclicBarrier(2);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var asked =
            Stream.of("rita", "otto")
                .map(who -> threads.submit(atOnce(start, named, who)))
                .toList();
        var begun = new ArrayList<Digest>();
        var refused = new ArrayList<String>();
        for (var one : asked) {
          try {
            begun.add(one.get().digest());
          } catch (ExecutionException e) {
            assertThat(e).cause().isInstanceOf(NotDecidable.class);
            refused.add(e.getCause().getMessage());
          }
        }
        assertThat(begun).as("round %d: %s", round, refused).hasSize(1);
        assertThat(refused).singleElement().asString().contains("a rollout of lamp 1 is under way");
        reject(begun.getFirst());
      }
    }
    assertThat(world.endpoint.attempts(TestModels.LAMPS, earlier)).hasSize(11);
  }

  /** In a process of its own on the same database. */
  private Callable<Course> atOnce(CyclicBarrier start, Course named, String who) {
    var process = new World(database);
    return () -> {
      start.await();
      return process.transitions.again(named, who, new Again(UUID.randomUUID(), "night"));
    };
  }

  @Test
  void onlyReleaseManagersAndAdministratorsMayAndTheyGiveAReason() {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));
    var again = new Again(REQUEST, "night");
    for (var role : List.of(Role.ENGINEER, Role.CI, Role.ANNOTATOR, Role.MONITOR)) {
      assertThatThrownBy(() ->
              World.as("eve", role, () -> world.endpoint.again(TestModels.LAMPS, earlier, again)))
          .isInstanceOf(NotAllowed.class)
          .hasMessage("eve may not repeat rollouts");
    }
    assertThat(acts("rolled out again"))
        .hasSize(4)
        .allSatisfy(act -> assertThat(act.outcome()).startsWith("refused: eve may not"));
    for (var why : List.of("", "  \n", "x".repeat(2_001))) {
      assertThatThrownBy(() -> asked(earlier, new Again(REQUEST, why)))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("reason: %d characters".formatted(why.length()));
    }
    assertThatThrownBy(() -> asked(ReconcilerTest.variant(9), again))
        .isInstanceOf(NoSuchThing.class);
    assertThat(asked(earlier, new Again(REQUEST, "x".repeat(2_000))).attempt().number())
        .isEqualTo(2);
  }

  @Test
  void aReleaseOfAnotherProjectIsNotThere() {
    var earlier = world.promoted(plan(1));
    assertThatThrownBy(() ->
            World.decide(
                "rita",
                () -> world.endpoint.again(Name.of("other"), earlier, new Again(REQUEST, "night"))))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> world.endpoint.attempts(Name.of("other"), earlier))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void whoAskedForTheReleaseMayStillNotApproveIt() {
    var plan = TestModels.plan(1, ReconcilerTest.variant(1));
    var earlier =
        through(
            world
                .start(
                    new Plan(
                        plan.model(),
                        1,
                        plan.variant(),
                        plan.release(),
                        plan.preprocess(),
                        plan.classes(),
                        plan.canary(),
                        plan.feedback(),
                        "ada"))
                .digest());
    world.promoted(plan(2));
    var back = world.again(earlier, "rita", REQUEST).digest();
    settle();
    traffic(6, World.good());

    assertThatThrownBy(() -> world.approve(back, "ada"))
        .isInstanceOf(NotAllowed.class)
        .hasMessageContaining("ada asked for rollout");
    assertThat(world.approve(back, "rita").state()).isEqualTo(State.PROMOTED);
  }

  @Test
  void auditAndLineageSayWhoBroughtItBackAndAfterWhat() {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));
    world.published.clear();
    var back = world.again(earlier, "rita", REQUEST).digest();

    assertThat(acts("rolled out again"))
        .singleElement()
        .satisfies(act -> {
          assertThat(act.who()).isEqualTo("rita");
          assertThat(act.object()).isEqualTo(back.toString());
          assertThat(act.outcome())
              .isEqualTo(
                  "done: attempt 2 at release %s, after %s: the newer one misreads night"
                      .formatted(plan(1).release().abbreviated(), earlier.abbreviated()));
        });
    assertThat(world.published)
        .filteredOn(LineageLinked.class::isInstance)
        .map(LineageLinked.class::cast)
        .filteredOn(link -> link.to().digest().equals(back))
        .allSatisfy(link -> assertThat(link.to().label()).isEqualTo("lamp 1, attempt 2"))
        .extracting(link -> "%s %s".formatted(link.verb(), link.from().label()))
        .containsExactly(
            "rolled out by lamp 1", "served by lamp 1", "was asked for by rita after lamp 1");
  }

  @Test
  void aNewerReleaseTakesThePlaceOfOneThatComesBack() {
    var earlier = world.promoted(plan(1));
    world.promoted(plan(2));
    var back = world.again(earlier, "rita", REQUEST).digest();
    world.start(plan(3));

    assertThat(world.look(back).state()).isEqualTo(State.SUPERSEDED);
    assertThat(world.start(plan(1)).digest()).as("a release is started once").isEqualTo(earlier);
  }

  @Test
  void aProcessOfTheVersionBeforeMayStillStartRollouts() {
    var rollout = world.start(plan(1)).digest();
    var before = world.courses.find(rollout).orElseThrow();
    var rows = JdbcClient.create(database);
    rows.sql("create table kept as select * from rollouts.rollout").update();
    rows.sql("truncate rollouts.rollout cascade").update();
    rows.sql(
            """
            insert into rollouts.rollout (digest, project, model, plan, state, stage, evidence, stage_began, reason, started)
            select digest, project, model, plan, state, stage, evidence, stage_began, reason, started from kept\
            """)
        .update();

    assertThat(world.courses.find(rollout).orElseThrow().attempt())
        .isEqualTo(before.attempt())
        .isEqualTo(new Attempt(1, rollout, "fovea/pipelines", ""));
  }

  private Rollout asked(Digest rollout, Again again) {
    return World.decide("rita", () -> world.endpoint.again(TestModels.LAMPS, rollout, again));
  }

  private void reject(Digest rollout) {
    World.decide(
        "rita",
        () -> world.endpoint.reject(TestModels.LAMPS, rollout, new Decision(rollout, "enough")));
  }

  /** To its promotion. */
  private Digest through(Digest rollout) {
    settle();
    traffic(6, World.good());
    world.approve(rollout, "rita");
    world.tick();
    return rollout;
  }

  private List<Audited> acts(String act) {
    return world.published.stream()
        .filter(Audited.class::isInstance)
        .map(Audited.class::cast)
        .filter(one -> one.act().equals(act))
        .toList();
  }

  private void settle() {
    for (int i = 0; i < 3; i++) {
      world.tick();
    }
  }

  private void traffic(int times, Quality canary) {
    for (int i = 0; i < times; i++) {
      world.traffic(30, World.good(), canary);
      world.tick();
    }
  }

  private static CanarySpec baked() {
    return PLAIN.baking(Duration.ofHours(1));
  }

  private static Plan plan(int number) {
    return TestModels.plan(number, ReconcilerTest.variant(number));
  }
}

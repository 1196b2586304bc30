package dev.fovea.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.roles.Callers;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Again;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.Traffic.Report;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.teamfile.FeedbackSpec;
import dev.fovea.testkit.ApiRules;
import dev.fovea.testkit.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * The whole service: a real database, real images, real model servers, real requests over HTTP. The
 * tests tell one story, in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutsServiceTest {
  /**
   * A team accepts that one good canary in twenty goes back; a test that did would fail by chance.
   */
  private static final double FALSE_ROLLBACK = 1e-6;

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final MemoryObjectStore OBJECTS = new MemoryObjectStore();
  private static final String DATABASE = TestDatabase.freshUrl();
  private static final List<FramesSeen> SEEN = new CopyOnWriteArrayList<>();
  @TempDir static Path images;
  private static ConfigurableApplicationContext application;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    ObjectStore objects() {
      return OBJECTS;
    }

    @Bean
    VersionCheck versions() {
      return (_, _, _) -> {};
    }

    @Bean
    Subscription framesSeen() {
      return new dev.fovea.roles.queue.Subscription(
          dev.fovea.roles.ServiceRole.ROLLOUTS, FramesSeen.class);
    }

    @Bean
    Handler<FramesSeen> keepFrames() {
      return Handler.of(FramesSeen.class, SEEN::add);
    }
  }

  @BeforeAll
  static void start() {
    application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "roles=rollouts",
                "server.port=0",
                "spring.datasource.url=" + DATABASE,
                "spring.threads.virtual.enabled=true",
                "server.shutdown=graceful",
                "fovea.rollouts.tick=50ms",
                "fovea.rollouts.slow-tolerance=50ms", // both arms share this machine with the test
                // itself
                "fovea.rollouts.packaging.folder=" + images)
            .run();
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @Test
  @Order(1)
  void servesNothingBeforeTheFirstApproval() throws Exception {
    var rollout = rollouts().start(TestModels.LAMPS, plan(1, "bright", 100)).digest();
    await(rollout, State.AWAITING_APPROVAL);

    assertThat(Traffic.once(address(), Traffic.pixels(0.9)).status()).isEqualTo(404);
    assertThat(rollouts().serving(TestModels.LAMPS, TestModels.LAMP)).isEmpty();
    approve(rollout);
    assertThat(Traffic.once(address(), Traffic.pixels(0.9)).status()).isEqualTo(200);
    assertThat(images.resolve("index.json")).content().contains("lamps/lamp:1-");
  }

  @Test
  @Order(2)
  void promotesAnEqualCanaryWithoutFailingARequest() throws Exception {
    Report report;
    Digest rollout;
    try (var traffic = Traffic.to(address())) {
      rollout = rollouts().start(TestModels.LAMPS, plan(2, "bright", 150)).digest();
      await(rollout, State.AWAITING_APPROVAL);
      approve(rollout);
      Thread.sleep(300);
      report = traffic.stop();
    }

    assertThat(report.failures()).isEmpty();
    assertThat(report.canary()).isGreaterThanOrEqualTo(300);
    var ended = rollouts().rollout(TestModels.LAMPS, rollout);
    assertThat(ended.state()).isEqualTo(State.PROMOTED);
    assertThat(ended.evidence())
        .allSatisfy(measure -> assertThat(measure.evidence()).isLessThan(measure.boundary()))
        .filteredOn(measure -> measure.name().equals("unsure"))
        .singleElement()
        .satisfies(measure -> assertThat(measure.canaryTotal()).isGreaterThanOrEqualTo(300));
    assertThat(serving().stable().number()).isEqualTo(2);
  }

  @Test
  @Order(3)
  void rollsBackAWorseCanaryByItsAnswersAlone() throws Exception {
    Report report;
    Digest rollout;
    try (var traffic = Traffic.to(address())) {
      rollout = rollouts().start(TestModels.LAMPS, plan(3, "vague", 2_000)).digest();
      await(rollout, State.ROLLED_BACK);
      report = traffic.stop();
    }

    assertThat(report.failures()).isEmpty();
    var ended = rollouts().rollout(TestModels.LAMPS, rollout);
    assertThat(ended.reason()).contains("worse by unsure", "confidence below 0.60");
    assertThat(ended.evidence().getLast().canaryTotal()).isLessThan(2_000);
    assertThat(serving().stable().number()).isEqualTo(2);
    assertThat(serving().canary()).isEmpty();
  }

  @Test
  @Order(4)
  void goesOnAfterARestartInTheMiddleOfACanary() throws Exception {
    var rollout = rollouts().start(TestModels.LAMPS, plan(4, "bright", 100_000)).digest();
    await(rollout, State.CANARY);
    try (var traffic = Traffic.to(address())) {
      awaitTrue(rollout, now -> now.evidence().getFirst().canaryTotal() >= 100);
      assertThat(traffic.stop().failures()).isEmpty();
    }
    var before = rollouts().rollout(TestModels.LAMPS, rollout);
    application.close();
    start();

    var after = rollouts().rollout(TestModels.LAMPS, rollout);
    assertThat(after.state()).isEqualTo(State.CANARY);
    assertThat(after.evidence().getFirst().canaryTotal())
        .isGreaterThanOrEqualTo(before.evidence().getFirst().canaryTotal());
    awaitServing();
    try (var traffic = Traffic.to(address())) {
      awaitTrue(
          rollout,
          now ->
              now.evidence().getFirst().canaryTotal()
                  > after.evidence().getFirst().canaryTotal() + 50);
      var report = traffic.stop();
      assertThat(report.failures()).isEmpty();
      assertThat(report.canary()).isPositive();
    }
    reject(rollout);
    assertThat(serving().canary()).isEmpty();
  }

  @Test
  @Order(5)
  void goesThroughShadowAndBakeAndIsTakenBackWithoutFailingARequest() throws Exception {
    Report report;
    Digest rollout;
    try (var traffic = Traffic.to(address())) {
      rollout =
          rollouts()
              .start(
                  TestModels.LAMPS,
                  plan(5, "bright", 400, spec -> spec.shadowing(30).baking(Duration.ofHours(1))))
              .digest();
      await(rollout, State.SHADOW);
      assertThat(serving().canary().orElseThrow().name()).isEqualTo("shadow");
      await(rollout, State.AWAITING_APPROVAL);
      approve(rollout);
      await(rollout, State.BAKING);
      awaitTrue(
          rollout, now -> now.bake().orElseThrow().evidence().getFirst().canaryTotal() > 1_000);
      assertThat(serving().stable().number()).isEqualTo(5);
      assertThat(serving().canary().orElseThrow().number()).isEqualTo(2);
      var seen = rollouts().rollout(TestModels.LAMPS, rollout).evidenceDigest();
      asManager(() ->
          rollouts().rollBack(TestModels.LAMPS, rollout, new Decision(seen, "drivers complain")));
      assertThat(serving().stable().number()).isEqualTo(2);
      Thread.sleep(300);
      report = traffic.stop();
    }

    assertThat(report.failures()).isEmpty();
    var ended = rollouts().rollout(TestModels.LAMPS, rollout);
    assertThat(ended.state()).isEqualTo(State.ROLLED_BACK);
    assertThat(ended.reason()).isEqualTo("rita rolled it back: drivers complain");
    assertThat(ended.copied().compared()).isGreaterThanOrEqualTo(400);
    assertThat(ended.copied().disagreed()).as("it is the same model").isZero();
    assertThat(ended.timeline())
        .extracting(Rollout.Step::what)
        .anyMatch(what -> what.contains("it gets copies of 30 %"))
        .anyMatch(what -> what.contains("copied requests; the canary gets 20 %"))
        .anyMatch(what -> what.contains("stays warm until"));
  }

  @Test
  @Order(6)
  void rollsBackAWorseShadowThatNobodyGotAnAnswerFrom() throws Exception {
    Report report;
    Digest rollout;
    try (var traffic = Traffic.to(address())) {
      rollout =
          rollouts()
              .start(TestModels.LAMPS, plan(6, "vague", 100_000, spec -> spec.shadowing(30)))
              .digest();
      await(rollout, State.ROLLED_BACK);
      report = traffic.stop();
    }

    assertThat(report.failures()).isEmpty();
    assertThat(report.canary()).isZero();
    assertThat(rollouts().rollout(TestModels.LAMPS, rollout).reason()).contains("worse by unsure");
  }

  @Test
  @Order(7)
  void takesFramesThatTheModelWasUnsureOf() throws Exception {
    SEEN.clear();
    var unsure = Traffic.png(128);
    assertThat(Traffic.once(address(), Traffic.image(unsure)).status()).isEqualTo(200);
    assertThat(Traffic.once(address(), Traffic.image(Traffic.png(250))).status()).isEqualTo(200);

    var deadline = System.nanoTime() + SOON.toNanos();
    while (SEEN.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    assertThat(SEEN)
        .flatExtracting(FramesSeen::frames)
        .singleElement()
        .satisfies(frame -> {
          assertThat(frame.image()).isEqualTo(Digest.sha256(unsure));
          assertThat(OBJECTS.bytes(frame.image(), 1 << 20)).isEqualTo(unsure);
          assertThat(frame.arm()).isEqualTo("stable");
          assertThat(frame.reason()).isEqualTo("unsure");
          assertThat(frame.answer()).isEqualTo("bright");
        });
  }

  @Test
  @Order(8)
  void bringsAnEarlierReleaseBackWithoutFailingARequest() throws Exception {
    var earlier =
        rollouts().rollouts(TestModels.LAMPS).stream()
            .filter(rollout -> rollout.number() == 1)
            .findFirst()
            .orElseThrow();
    assertThat(earlier.weight()).isZero();
    Report report;
    Digest back;
    try (var traffic = Traffic.to(address())) {
      back = again(earlier.digest()).digest();
      await(back, State.AWAITING_APPROVAL);
      approve(back);
      Thread.sleep(300);
      report = traffic.stop();
    }

    assertThat(report.failures()).isEmpty();
    assertThat(report.canary()).isPositive();
    assertThat(serving().stable().number()).isEqualTo(1);
    assertThat(rollouts().attempts(TestModels.LAMPS, earlier.digest()))
        .extracting(Rollout::digest, Rollout::image)
        .containsExactly(tuple(back, earlier.image()), tuple(earlier.digest(), earlier.image()));
    assertThat(again(earlier.digest()).digest()).as("the same request").isEqualTo(back);
  }

  @Test
  @Order(9)
  void saysTheSameToAnotherProcess() {
    int port = ((WebServerApplicationContext) application).getWebServer().getPort();
    var remote =
        HttpServiceProxyFactory.builderFor(
                RestClientAdapter.create(RestClient.create("http://127.0.0.1:" + port)))
            .build()
            .createClient(Rollouts.class);

    var here = rollouts().rollouts(TestModels.LAMPS);
    assertThat(here).hasSize(7);
    assertThat(remote.rollouts(TestModels.LAMPS)).isEqualTo(here);
    assertThat(remote.rollout(TestModels.LAMPS, here.getFirst().digest()))
        .isEqualTo(here.getFirst());
    assertThat(remote.attempts(TestModels.LAMPS, here.getFirst().digest()))
        .isEqualTo(rollouts().attempts(TestModels.LAMPS, here.getFirst().digest()))
        .hasSize(2);
    assertThat(remote.serving(TestModels.LAMPS, TestModels.LAMP)).contains(serving());
    assertThat(remote.serving(TestModels.LAMPS, Name.of("other"))).isEmpty();
  }

  @Test
  @Order(10)
  void itsProblemsTravel() {
    ApiRules.assertProblemsTravel(Rollouts.class);
  }

  /** As a detector is rolled out: any outputs, none of which is one score a class. */
  @Test
  @Order(11)
  void rollsOutAModelWithoutClassesByErrorsAndLatencyAlone() throws Exception {
    var rooms = Name.of("rooms");
    int port = ((WebServerApplicationContext) application).getWebServer().getPort();
    var address = URI.create("http://127.0.0.1:%d/inference/rooms".formatted(port));
    approve(rooms, started(rooms, 1));
    var reply = Traffic.once(address, Traffic.pixels(0.9));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("\"outputs\"").doesNotContain("label", "probabilities");

    Report report;
    Digest rollout;
    try (var traffic = Traffic.to(address)) {
      rollout = started(rooms, 2);
      approve(rooms, rollout);
      report = traffic.stop();
    }
    assertThat(report.failures()).isEmpty();
    var ended = rollouts().rollout(rooms, rollout);
    assertThat(ended.state()).isEqualTo(State.PROMOTED);
    for (var measure : ended.evidence()) {
      if (measure.name().equals("unsure")) {
        assertThat(measure.canaryTotal()).as("no answer has a confidence").isZero();
      } else {
        assertThat(measure.canaryTotal()).as(measure.name()).isPositive();
      }
    }
  }

  /** Waits for its approval. */
  private static Digest started(Name project, int number) throws InterruptedException {
    var plan = plan(number, "bright", 100);
    var raw =
        new Plan(
            plan.model(),
            number,
            plan.variant(),
            plan.release(),
            plan.preprocess(),
            List.of(),
            plan.canary(),
            plan.feedback(),
            plan.requestedBy());
    var digest = rollouts().start(project, raw).digest();
    var deadline = System.nanoTime() + SOON.toNanos();
    for (var now = rollouts().rollout(project, digest);
        now.state() != State.AWAITING_APPROVAL;
        now = rollouts().rollout(project, digest)) {
      assertThat(now.state().ended()).as("%s: %s", now.state(), now.reason()).isFalse();
      assertThat(System.nanoTime()).as("%s: %s", now.state(), now.reason()).isLessThan(deadline);
      Thread.sleep(20);
    }
    return digest;
  }

  private static Plan plan(int number, String model, int requests) {
    return plan(number, model, requests, UnaryOperator.identity());
  }

  private static Plan plan(int number, String model, int requests, UnaryOperator<CanarySpec> with) {
    var plan =
        TestModels.plan(
            number,
            TestModels.store(OBJECTS, model),
            with.apply(new CanarySpec(List.of(20, 50), requests, 1.2, FALSE_ROLLBACK, 1, 0.6)));
    return new Plan(
        plan.model(),
        number,
        plan.variant(),
        plan.release(),
        plan.preprocess(),
        plan.classes(),
        plan.canary(),
        new FeedbackSpec(10, 0.6, 0),
        plan.requestedBy());
  }

  private static Rollouts rollouts() {
    return application.getBean(Rollouts.class);
  }

  private static Rollouts.Serving serving() {
    return rollouts().serving(TestModels.LAMPS, TestModels.LAMP).orElseThrow();
  }

  private static URI address() {
    int port = ((WebServerApplicationContext) application).getWebServer().getPort();
    return URI.create("http://127.0.0.1:%d/inference/lamps".formatted(port));
  }

  private static void await(Digest rollout, State state) throws InterruptedException {
    awaitTrue(rollout, now -> now.state() == state);
  }

  private static void awaitTrue(Digest rollout, Predicate<Rollout> condition)
      throws InterruptedException {
    var deadline = System.nanoTime() + SOON.toNanos();
    var now = rollouts().rollout(TestModels.LAMPS, rollout);
    while (!condition.test(now)) {
      assertThat(now.state().ended()).as("%s: %s", now.state(), now.reason()).isFalse();
      assertThat(System.nanoTime()).as("%s: %s", now.state(), now.reason()).isLessThan(deadline);
      Thread.sleep(20);
      now = rollouts().rollout(TestModels.LAMPS, rollout);
    }
  }

  private static void awaitServing() throws Exception {
    var deadline = System.nanoTime() + SOON.toNanos();
    while (Traffic.once(address(), Traffic.pixels(0.9)).status() != 200) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static void approve(Digest rollout) throws Exception {
    var seen = rollouts().rollout(TestModels.LAMPS, rollout).evidenceDigest();
    asManager(() -> rollouts().approve(TestModels.LAMPS, rollout, new Decision(seen, "fine")));
  }

  private static void approve(Name project, Digest rollout) throws Exception {
    var seen = rollouts().rollout(project, rollout).evidenceDigest();
    Callers.as(
        new Caller("rita", project.text(), Set.of(Caller.Role.RELEASE_MANAGER)),
        () -> rollouts().approve(project, rollout, new Decision(seen, "fine")));
  }

  private static Rollout again(Digest rollout) throws Exception {
    return Callers.as(
        new Caller("rita", "lamps", Set.of(Caller.Role.RELEASE_MANAGER)),
        () ->
            rollouts().again(TestModels.LAMPS, rollout, new Again(new UUID(4, 1), "drivers ask")));
  }

  private static void reject(Digest rollout) throws Exception {
    asManager(() -> rollouts().reject(TestModels.LAMPS, rollout, new Decision(rollout, "enough")));
  }

  private static void asManager(Callable<Rollout> decision) throws Exception {
    Callers.as(new Caller("rita", "lamps", Set.of(Caller.Role.RELEASE_MANAGER)), decision);
  }
}

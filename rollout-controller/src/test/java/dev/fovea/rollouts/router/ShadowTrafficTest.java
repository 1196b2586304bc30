package dev.fovea.rollouts.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.Traffic;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.router.ShadowTarget.Manner;
import dev.fovea.serving.ModelServer;
import dev.fovea.serving.ModelServerConfig;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Copies through the gateway, to real model servers and to shadows that misbehave. */
class ShadowTrafficTest {
  private static final Deployment LAMP = new Deployment(TestModels.LAMPS, TestModels.LAMP);
  private static final Digest FIRST = Digest.sha256("one".getBytes(StandardCharsets.UTF_8));
  private static final Digest SECOND = Digest.sha256("two".getBytes(StandardCharsets.UTF_8));
  private static final Duration PATIENCE = Duration.ofMillis(750);
  private static final WeightedRouter ROUTER = seeded();
  private static ConfigurableApplicationContext web;
  private static ModelServer stable;
  private static ModelServer contrary;

  @SpringBootConfiguration
  @ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class
  })
  static class Web {
    @Bean
    InferenceGateway gateway() {
      return new InferenceGateway(
          ROUTER, new RouterLimits(new ByteSize(1 << 20), new ByteSize(4 << 20), PATIENCE));
    }
  }

  private static WeightedRouter seeded() {
    var random = new SplittableRandom(11);
    return new WeightedRouter(() -> {
      synchronized (random) {
        return random.nextInt(100);
      }
    });
  }

  @BeforeAll
  static void start() {
    stable = server("1", List.of("dark", "bright"));
    contrary = server("2", List.of("bright", "dark"));
    web =
        new SpringApplicationBuilder(Web.class)
            .properties("server.port=0", "spring.threads.virtual.enabled=true")
            .run();
  }

  private static ModelServer server(String version, List<String> classes) {
    var objects = new MemoryObjectStore();
    try (var file = objects.local(TestModels.store(objects, "bright"))) {
      return ModelServer.start(
          ModelServerConfig.of(
              file.path(), TestModels.LAMP, version, classes, TestModels.GREY_4X4));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void stop() {
    web.close();
    stable.close();
    contrary.close();
  }

  @AfterEach
  void forget() {
    ROUTER.close(LAMP);
    ROUTER.take(FIRST);
    ROUTER.take(SECOND);
  }

  @Test
  void copiesItsShareAndAnswersEverythingItself() throws Exception {
    shadowing(contrary.uri(), 25);
    for (int i = 0; i < 2_000; i++) {
      assertThat(infer())
          .satisfies(reply -> {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.arm()).isEqualTo("stable");
            assertThat(reply.body()).contains("\"1\""); // the version that answered
          });
    }
    awaitCopies();
    var copied = ROUTER.take(SECOND);
    var kept = ROUTER.take(FIRST);

    double fiveSigma = 5 * Math.sqrt(2_000 * 0.25 * 0.75);
    assertThat((double) copied.total() + copied.copies().dropped())
        .isBetween(500 - fiveSigma, 500 + fiveSigma);
    assertThat(kept.total() + copied.total() + copied.copies().dropped())
        .as("each request is evidence for one arm")
        .isEqualTo(2_000);
    assertThat(copied.errors()).isZero();
    assertThat(copied.rated()).isEqualTo(copied.total()).isEqualTo(copied.latencies().total());
    assertThat(copied.copies().compared()).isEqualTo(copied.total());
    assertThat(copied.copies().disagreed())
        .as("its classes stand the other way round")
        .isEqualTo(copied.total());
  }

  @Test
  void theSameModelDisagreesWithNothing() throws Exception {
    shadowing(stable.uri(), 50);
    for (int i = 0; i < 200; i++) {
      infer();
    }
    awaitCopies();

    assertThat(ROUTER.take(SECOND).copies())
        .satisfies(copies -> {
          assertThat(copies.compared()).isPositive();
          assertThat(copies.disagreed()).isZero();
        });
  }

  /**
   * The delay is measured in counts: an answer that waited for the shadow could not come while the
   * shadow has answered nothing.
   */
  @ParameterizedTest
  @EnumSource(Manner.class)
  void clientsSeeNothingOfAShadowThat(Manner manner) throws Exception {
    try (var shadow = new ShadowTarget(manner)) {
      shadowing(shadow.uri(), 90);
      var replies = together(400);

      assertThat(replies)
          .allSatisfy(reply -> {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.arm()).isEqualTo("stable");
          });
      if (manner.neverAnswers()) {
        assertThat(shadow.requests())
            .as("of some 360 copies, while all 400 were answered")
            .isBetween(1, 100);
      }
      awaitCopies();
      var copied = ROUTER.take(SECOND);
      var kept = ROUTER.take(FIRST);
      assertThat(copied.total()).isPositive();
      assertThat(copied.errors()).isEqualTo(copied.total());
      assertThat(kept.errors()).isZero();
      assertThat(kept.total() + copied.total() + copied.copies().dropped()).isEqualTo(400);
      System.out.printf(
          "a shadow that %s: 400 answered by the stable, %d copies failed, %d dropped%n",
          manner, copied.errors(), copied.copies().dropped());
    }
  }

  @Test
  void aShadowThatHangsTakesNothingFromAnother() throws Exception {
    try (var shadow = new ShadowTarget(Manner.HANGS)) {
      shadowing(shadow.uri(), 99);
      together(200);
      ROUTER.close(LAMP);
      shadowing(contrary.uri(), 99, FIRST, digest("third"));
      for (int i = 0; i < 20; i++) {
        infer();
        Thread.sleep(10);
      }

      assertThat(ROUTER.take(digest("third")).total()).isGreaterThanOrEqualTo(15);
    }
  }

  @Test
  void noClientReachesAShadowByItsVersion() throws Exception {
    shadowing(contrary.uri(), 50);

    assertThat(ROUTER.visit(LAMP, "2")).isEmpty();
    assertThat(ROUTER.versions(LAMP)).containsExactly("1");
  }

  @Test
  void aCopySaysThatItIsOneAndNoClientCan() throws Exception {
    try (var shadow = new ShadowTarget(Manner.ANSWERS_500);
        var main = new ShadowTarget(Manner.ANSWERS_500)) {
      ROUTER.route(
          LAMP,
          Split.shadowing(
              new Backend(FIRST, "1", main.uri()),
              new Backend(SECOND, "2", shadow.uri()),
              99,
              0.6));
      for (int i = 0; i < 20; i++) {
        Traffic.once(address(), "{}", ModelServer.SHADOW, "1");
      }
      awaitCopies();

      assertThat(shadow.headers()).contains("Fovea-shadow");
      assertThat(main.headers()).doesNotContain("Fovea-shadow");
    }
  }

  @Test
  void whatBelongsToAnotherWayOfSplittingIsNotCounted() throws Exception {
    try (var shadow = new ShadowTarget(Manner.HANGS)) {
      shadowing(shadow.uri(), 90);
      together(100);
      ROUTER.route(LAMP, Split.between(first(), new Backend(SECOND, "2", shadow.uri()), 50, 0.6));

      assertThat(ROUTER.take(FIRST)).isEqualTo(ArmCounts.NONE);
      awaitCopies();
      assertThat(ROUTER.take(SECOND)).isEqualTo(ArmCounts.NONE);
    }
  }

  @Test
  void aShadowIsNotDrainedBeforeItsCopies() throws Exception {
    try (var shadow = new ShadowTarget(Manner.HANGS)) {
      shadowing(shadow.uri(), 99);
      while (shadow.requests() == 0) {
        infer();
      }
      ROUTER.route(LAMP, Split.all(first()));

      assertThat(ROUTER.drained(SECOND, Duration.ZERO)).isFalse();
      assertThat(ROUTER.drained(SECOND, Duration.ofSeconds(20))).isTrue();
    }
  }

  private static List<Traffic.Reply> together(int requests) throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      Callable<Traffic.Reply> one = ShadowTrafficTest::infer;
      var answers = threads.invokeAll(IntStream.range(0, requests).mapToObj(_ -> one).toList());
      return answers.stream().map(Future::resultNow).toList();
    }
  }

  /** Until no copy is under way. */
  private static void awaitCopies() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (ROUTER.underWay(SECOND) > 0) {
      assertThat(System.nanoTime()).as("copies end").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static void shadowing(URI shadow, int share) {
    shadowing(shadow, share, FIRST, SECOND);
  }

  private static void shadowing(URI shadow, int share, Digest main, Digest other) {
    ROUTER.route(
        LAMP,
        Split.shadowing(
            new Backend(main, "1", stable.uri()), new Backend(other, "2", shadow), share, 0.6));
  }

  private static Backend first() {
    return new Backend(FIRST, "1", stable.uri());
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Traffic.Reply infer() throws IOException, InterruptedException {
    return Traffic.once(address(), Traffic.pixels(0.9));
  }

  private static URI address() {
    int port = ((WebServerApplicationContext) web).getWebServer().getPort();
    return URI.create("http://127.0.0.1:%d/inference/lamps".formatted(port));
  }
}

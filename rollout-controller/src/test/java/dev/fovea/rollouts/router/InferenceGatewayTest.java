package dev.fovea.rollouts.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.Traffic;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.serving.ModelServer;
import dev.fovea.serving.ModelServerConfig;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** Real clients, a real web server, real model servers. */
class InferenceGatewayTest {
  private static final Deployment LAMP = new Deployment(TestModels.LAMPS, TestModels.LAMP);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Digest FIRST = Digest.sha256("first".getBytes(StandardCharsets.UTF_8));
  private static final Digest SECOND = Digest.sha256("second".getBytes(StandardCharsets.UTF_8));
  private static final WeightedRouter ROUTER = seeded();
  private static ConfigurableApplicationContext web;
  private static ModelServer bright;
  private static ModelServer vague;

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
          ROUTER,
          new RouterLimits(new ByteSize(1 << 20), new ByteSize(4 << 20), Duration.ofMillis(1_500)));
    }
  }

  private static WeightedRouter seeded() {
    var random = new SplittableRandom(7);
    return new WeightedRouter(() -> {
      synchronized (random) {
        return random.nextInt(100);
      }
    });
  }

  @BeforeAll
  static void start() {
    bright = server("bright", "1");
    vague = server("vague", "2");
    web =
        new SpringApplicationBuilder(Web.class)
            .properties("server.port=0", "spring.threads.virtual.enabled=true")
            .run();
  }

  private static ModelServer server(String model, String version) {
    var objects = new MemoryObjectStore();
    try (var file = objects.local(TestModels.store(objects, model))) {
      return ModelServer.start(
          ModelServerConfig.of(
              file.path(),
              TestModels.LAMP,
              version,
              List.of("dark", "bright"),
              TestModels.GREY_4X4));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void stop() {
    web.close();
    bright.close();
    vague.close();
  }

  @AfterEach
  void forget() {
    ROUTER.close(LAMP);
    ROUTER.take(FIRST);
    ROUTER.take(SECOND);
  }

  @ParameterizedTest
  @CsvSource({"5, 2000", "25, 2000", "50, 2000", "0, 300", "100, 300"})
  void honoursTheWeight(int weight, int requests) throws Exception {
    ROUTER.route(LAMP, Split.between(first(), second(), weight, 0.6));
    for (int i = 0; i < requests; i++) {
      assertThat(infer().status()).isEqualTo(200);
    }
    var canary = ROUTER.take(SECOND);
    var stable = ROUTER.take(FIRST);

    double share = weight / 100.0;
    double fiveSigma = 5 * Math.sqrt(requests * share * (1 - share));
    assertThat(canary.total() + stable.total()).isEqualTo(requests);
    assertThat((double) canary.total())
        .isBetween(requests * share - fiveSigma, requests * share + fiveSigma);
  }

  @Test
  void countsWhatEachArmAnswered() throws Exception {
    ROUTER.route(LAMP, Split.between(first(), second(), 50, 0.6));
    for (int i = 0; i < 100; i++) {
      infer();
    }
    var canary = ROUTER.take(SECOND);
    var stable = ROUTER.take(FIRST);

    assertThat(canary.unsure()).isEqualTo(canary.rated()).isEqualTo(canary.total()).isPositive();
    assertThat(stable.unsure()).isZero();
    assertThat(stable.rated()).isEqualTo(stable.total()).isEqualTo(stable.latencies().total());
    assertThat(ROUTER.take(SECOND)).isEqualTo(ArmCounts.NONE);
  }

  @Test
  void noClientChoosesItsArm() throws Exception {
    ROUTER.route(LAMP, Split.between(first(), second(), 0, 0.6));

    for (var header : List.of("Fovea-Arm", "X-Fovea-Arm", "fovea-arm")) {
      assertThat(Traffic.once(address(), Traffic.pixels(0.9), header, "canary").arm())
          .isEqualTo("stable");
    }
  }

  @Test
  void passesOnOnlyWhatTheProtocolNeeds() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    try (var spy = new Spy(200, seen)) {
      ROUTER.route(LAMP, Split.all(new Backend(FIRST, "1", spy.uri())));
      Traffic.once(
          address(),
          "{}",
          "Authorization",
          "Bearer secret",
          "Cookie",
          "session=1",
          "Fovea-Arm",
          "canary",
          "X-Forwarded-For",
          "1.2.3.4");
    }

    assertThat(seen)
        .contains("Content-type")
        .doesNotContain("Authorization", "Cookie", "Fovea-arm", "X-forwarded-for");
  }

  @Test
  void theStableAnswersForACanaryThatFails() throws Exception {
    try (var broken = new Spy(500, new CopyOnWriteArrayList<>())) {
      ROUTER.route(LAMP, Split.between(first(), new Backend(SECOND, "2", broken.uri()), 50, 0.6));
      for (int i = 0; i < 40; i++) {
        assertThat(infer())
            .satisfies(reply -> {
              assertThat(reply.status()).isEqualTo(200);
              assertThat(reply.arm()).isEqualTo("stable");
            });
      }
    }
    ROUTER.route(
        LAMP,
        Split.between(
            first(), new Backend(SECOND, "2", URI.create("http://127.0.0.1:1")), 50, 0.6));
    for (int i = 0; i < 40; i++) {
      assertThat(infer().status()).isEqualTo(200);
    }

    var canary = ROUTER.take(SECOND);
    assertThat(canary.errors()).isEqualTo(canary.total()).isGreaterThan(20);
    // Answers in the canary's place are no part of the comparison: nobody drew lots for them.
    assertThat(ROUTER.take(FIRST).total()).isEqualTo(80 - canary.total());
  }

  @Test
  void aClientsMistakeCountsForTheArmThatItReached() throws Exception {
    ROUTER.route(LAMP, Split.all(first()));

    assertThat(Traffic.once(address(), "{}").status()).isEqualTo(400);
    assertThat(ROUTER.take(FIRST))
        .extracting(ArmCounts::total, ArmCounts::errors)
        .containsExactly(1L, 1L);
  }

  @Test
  void failsNoRequestAcrossSwitches() throws Exception {
    var servers = new ArrayDeque<ModelServer>();
    servers.add(server("bright", "1"));
    ROUTER.route(LAMP, Split.all(new Backend(digest(0), "1", servers.getFirst().uri())));
    Traffic.Report report;
    try (var traffic = Traffic.to(address())) {
      for (int i = 1; i <= 15; i++) {
        var next = server("bright", "1");
        var backend = new Backend(digest(i), "1", next.uri());
        var stable = ROUTER.split(LAMP).orElseThrow().stable();
        ROUTER.route(LAMP, Split.between(stable, backend, 50, 0.6));
        Thread.sleep(40);
        ROUTER.route(LAMP, Split.all(backend));
        assertThat(ROUTER.drained(stable.rollout(), Duration.ofSeconds(10))).isTrue();
        servers.removeFirst().close();
        servers.add(next);
      }
      report = traffic.stop();
    }
    servers.forEach(ModelServer::close);

    assertThat(report.failures()).isEmpty();
    assertThat(report.stable() + report.canary()).isGreaterThan(200);
    System.out.printf(
        "15 switches under load: %d requests, 0 failed%n", report.stable() + report.canary());
  }

  @Test
  void doesNotDrainWhatStillGetsTraffic() {
    ROUTER.route(LAMP, Split.all(first()));

    assertThat(ROUTER.drained(FIRST, Duration.ofSeconds(5))).isFalse();
    assertThat(ROUTER.drained(SECOND, Duration.ZERO)).isTrue();
  }

  @Test
  void waitsForWhatIsUnderWay() throws Exception {
    try (var slow = new Spy(200, new CopyOnWriteArrayList<>(), 700);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ROUTER.route(LAMP, Split.all(new Backend(FIRST, "1", slow.uri())));
      var answer = threads.submit(InferenceGatewayTest::infer);
      while (slow.requests() == 0) {
        Thread.onSpinWait();
      }
      ROUTER.route(LAMP, Split.all(second()));

      assertThat(ROUTER.drained(FIRST, Duration.ZERO)).isFalse();
      assertThat(ROUTER.drained(FIRST, Duration.ofSeconds(10))).isTrue();
      assertThat(answer.get().status()).isEqualTo(200);
    }
  }

  @Test
  void tellsAClientWhenTheModelTakesTooLong() throws Exception {
    try (var slow = new Spy(200, new CopyOnWriteArrayList<>(), 2_500)) {
      ROUTER.route(LAMP, Split.all(new Backend(FIRST, "1", slow.uri())));

      assertThat(infer().status()).isEqualTo(504);
      assertThat(ROUTER.take(FIRST).errors()).isEqualTo(1);
    }
  }

  @Test
  void aVersionInThePathIsServedByItsArmAndIsNoEvidence() throws Exception {
    ROUTER.route(LAMP, Split.between(first(), second(), 0, 0.6));

    assertThat(get("/v2/models/lamp/versions/2").body()).contains("\"versions\":[\"2\"]");
    var infer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(address() + "/v2/models/lamp/versions/2/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(Traffic.pixels(0.9)))
                .build(),
            BodyHandlers.ofString());
    assertThat(infer.statusCode()).isEqualTo(200);
    assertThat(ROUTER.take(SECOND)).isEqualTo(ArmCounts.NONE);
    assertThat(get("/v2/models/lamp/versions/7").statusCode()).isEqualTo(404);
    assertThat(get("/v2/models/lamp/versions/7").body()).contains("there are: 1, 2");
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    ROUTER.route(LAMP, Split.all(first()));

    var large = Traffic.once(address(), "x".repeat((1 << 20) + 1));
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.body()).contains("1.0 MiB");
    assertThat(ROUTER.take(FIRST).total()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "/v2, 200",
    "/v2/health/live, 200",
    "/v2/health/ready, 200",
    "/v2/models/lamp, 200",
    "/v2/models/lamp/ready, 200",
    "/v2/models, 404",
    "/v2/models/other, 404",
    "/v2/models/UPPER, 404",
    "/v2/models/lamp/versions/1, 200",
    "/v2/models/lamp/infer, 405",
    "/metrics, 404",
    "/v2/models/lamp/..%252f..%252fmetrics, 404",
    "/v2/models/lamp//, 404"
  })
  void answersThePathsOfTheProtocol(String path, int status) throws Exception {
    ROUTER.route(LAMP, Split.all(first()));

    assertThat(get(path).statusCode()).isEqualTo(status);
  }

  @Test
  void saysThatNothingIsInProduction() throws Exception {
    assertThat(infer()).extracting(Traffic.Reply::status).isEqualTo(404);
    assertThat(infer().body()).contains("{\"error\":\"no version of this model is in production");
  }

  private static Traffic.Reply infer() throws IOException, InterruptedException {
    return Traffic.once(address(), Traffic.pixels(0.9));
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(address() + path)).build(), BodyHandlers.ofString());
  }

  private static URI address() {
    int port = ((WebServerApplicationContext) web).getWebServer().getPort();
    return URI.create("http://127.0.0.1:%d/inference/lamps".formatted(port));
  }

  private static Backend first() {
    return new Backend(FIRST, "1", bright.uri());
  }

  private static Backend second() {
    return new Backend(SECOND, "2", vague.uri());
  }

  private static Digest digest(int number) {
    return Digest.sha256(("switch " + number).getBytes(StandardCharsets.UTF_8));
  }

  /** A server that answers everything alike and notes the names of the headers. */
  private static final class Spy implements AutoCloseable {
    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile int requests;

    Spy(int status, List<String> headers) throws IOException {
      this(status, headers, 0);
    }

    Spy(int status, List<String> headers, int delayMillis) throws IOException {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.setExecutor(threads);
      http.createContext(
          "/",
          exchange -> {
            requests++;
            headers.addAll(exchange.getRequestHeaders().keySet());
            try {
              Thread.sleep(delayMillis);
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(status, 2);
            try (var out = exchange.getResponseBody()) {
              out.write("{}".getBytes(StandardCharsets.UTF_8));
            }
          });
      http.start();
    }

    int requests() {
      return requests;
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    @Override
    public void close() {
      http.stop(0);
      threads.shutdownNow();
    }
  }
}

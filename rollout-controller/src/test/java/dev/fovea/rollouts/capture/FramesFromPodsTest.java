package dev.fovea.rollouts.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.roles.Callers;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.rollouts.FrameAccess;
import dev.fovea.rollouts.FramesSeen;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.rollouts.Rollouts.Decision;
import dev.fovea.rollouts.Rollouts.Plan;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.Traffic;
import dev.fovea.rollouts.VersionCheck;
import dev.fovea.rollouts.kubernetes.FakeApiServer;
import dev.fovea.rollouts.kubernetes.FakeNode;
import dev.fovea.rollouts.kubernetes.KubernetesModelServers;
import dev.fovea.rollouts.kubernetes.Names;
import dev.fovea.rollouts.kubernetes.TestCluster;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.FrameBatch;
import dev.fovea.serving.FramesToken;
import dev.fovea.serving.HttpFrameSink;
import dev.fovea.serving.SeenFrame;
import dev.fovea.serving.SeenFrame.Reason;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.CanarySpec;
import dev.fovea.teamfile.FeedbackSpec;
import dev.fovea.testkit.TestDatabase;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.filter.OncePerRequestFilter;

/** The whole role behind its route, and pods of a played cluster with real model servers. */
class FramesFromPodsTest {
  private static final String SECRET = "a secret of more than 32 characters";
  private static final FramesToken TOKEN = FramesToken.from(SECRET);
  private static final MemoryObjectStore OBJECTS = new MemoryObjectStore();
  private static final List<FramesSeen> SEEN = new CopyOnWriteArrayList<>();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final byte[] IMAGE = Traffic.png(128);
  @TempDir static Path images;
  private static ConfigurableApplicationContext application;
  private static Digest rollout;

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
      return new Subscription(ServiceRole.ROLLOUTS, FramesSeen.class);
    }

    @Bean
    Handler<FramesSeen> keepFrames() {
      return Handler.of(FramesSeen.class, SEEN::add);
    }

    @Bean
    FramesToken secret() {
      return TOKEN;
    }

    /** What the application's security does, without its table. */
    @Bean
    @Order(0)
    OncePerRequestFilter caller(FrameAccess access) {
      return new OncePerRequestFilter() {
        @Override
        protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
          var shown =
              Optional.ofNullable(request.getHeader("Authorization"))
                  .map(header -> header.substring("Bearer ".length()));
          var caller =
              shown.filter("service"::equals).isPresent()
                  ? Optional.of(Callers.service(ServiceRole.PIPELINES))
                  : shown.flatMap(access::caller);
          try {
            Callers.as(
                caller.orElse(Callers.NOBODY),
                () -> {
                  chain.doFilter(request, response);
                  return true;
                });
          } catch (IOException | ServletException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new ServletException(e);
          }
        }
      };
    }
  }

  @BeforeAll
  static void start() throws Exception {
    application =
        new SpringApplicationBuilder(Application.class)
            .properties(
                "roles=rollouts",
                "server.port=0",
                "server.tomcat.connection-timeout=5s",
                "spring.datasource.url=" + TestDatabase.freshUrl(),
                "spring.threads.virtual.enabled=true",
                "fovea.rollouts.tick=50ms",
                "fovea.rollouts.packaging.folder=" + images)
            .run();
    rollout = begun("lamp", 1);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  /** A rollout that waits for people. */
  private static Digest begun(String model, int number) throws InterruptedException {
    var begun = rollouts().start(TestModels.LAMPS, plan(model, number)).digest();
    await(() -> rollouts().rollout(TestModels.LAMPS, begun).state() == State.AWAITING_APPROVAL);
    return begun;
  }

  private static Plan plan(String model, int number) {
    var plan = TestModels.plan(number, TestModels.store(OBJECTS, "bright"));
    return new Plan(
        Name.of(model),
        number,
        plan.variant(),
        plan.release(),
        plan.preprocess(),
        plan.classes(),
        new CanarySpec(List.of(20, 50), 60, 1.2, 0.05, 1, 0.6),
        new FeedbackSpec(10, 0.6, 0),
        plan.requestedBy());
  }

  private static Rollouts rollouts() {
    return application.getBean(Rollouts.class);
  }

  private static URI address() {
    int port = ((WebServerApplicationContext) application).getWebServer().getPort();
    return URI.create("http://127.0.0.1:%d/internal/v1/frames".formatted(port));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within a minute").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void whatAPodWasUnsureOfArrivesWithItsModelItsVersionAndItsConfidence() throws Exception {
    var image = Digest.sha256("an image".getBytes(StandardCharsets.UTF_8));
    var plan = plan("lamp", 1);
    try (var api = new FakeApiServer();
        var node = new FakeNode(api, OBJECTS)) {
      node.secrets.put("fovea-models/frames-token", SECRET);
      node.image(image, plan.variant(), 1);
      new KubernetesModelServers(
              api.client(),
              TestCluster.properties(URI.create("http://unused"), address()),
              TestCluster::reference,
              Clock.systemUTC())
          .ensure(new Served(rollout, TestModels.LAMPS, plan, Optional.of(image)));
      var pod = URI.create(node.address(Names.server(rollout)) + "/inference/lamps");
      assertThat(Traffic.once(pod, Traffic.image(IMAGE)).status()).isEqualTo(200);
      assertThat(Traffic.once(pod, Traffic.image(Traffic.png(250))).status()).isEqualTo(200);
      await(() -> !SEEN.isEmpty());
      assertThat(node.logs).isEmpty();
    }

    assertThat(SEEN)
        .singleElement()
        .satisfies(seen -> assertThat(seen.project()).isEqualTo(TestModels.LAMPS))
        .satisfies(seen ->
            assertThat(seen.frames())
                .singleElement()
                .satisfies(frame -> {
                  assertThat(frame.image()).isEqualTo(Digest.sha256(IMAGE));
                  assertThat(OBJECTS.bytes(frame.image(), 1 << 20)).isEqualTo(IMAGE);
                  assertThat(frame.model()).isEqualTo(TestModels.LAMP);
                  assertThat(frame.variant()).isEqualTo(plan.variant());
                  assertThat(frame.arm()).isEqualTo("canary");
                  assertThat(frame.answer()).isEqualTo("bright");
                  assertThat(frame.confidence()).isBetween(0.5, 0.6);
                  assertThat(frame.probabilities()).hasSize(2);
                  assertThat(frame.reason()).isEqualTo("unsure");
                  assertThat(frame.seen()).isBetween(Instant.now().minusSeconds(60), Instant.now());
                }));
  }

  @Test
  void theSameBatchTwiceIsOneObjectAndTheSameNews() throws Exception {
    var sink = new HttpFrameSink(address(), TOKEN, rollout);
    var frame = frame(Traffic.png(127), "bright");
    sink.keep(List.of(frame));
    sink.keep(List.of(frame));
    await(() -> SEEN.size() == 2);

    assertThat(SEEN.get(0)).isEqualTo(SEEN.get(1));
  }

  @Test
  void aTokenIsOfOneRolloutThatIsKnownAndHasNotEndedLongAgo() throws Exception {
    var access = application.getBean(FrameAccess.class);
    assertThat(access.caller(TOKEN.of(rollout)))
        .contains(
            new Caller("model-server/" + rollout.hex(), "lamps", Set.of(Caller.Role.MODEL_SERVER)));
    var unknown = Digest.sha256("unknown".getBytes(StandardCharsets.UTF_8));
    assertThat(access.caller(TOKEN.of(unknown))).as("unknown").isEmpty();
    assertThat(access.caller(FramesToken.from("another secret of 32 characters!").of(rollout)))
        .as("of another installation")
        .isEmpty();
    assertThat(access.caller(SECRET)).as("the secret itself").isEmpty();

    var ending = begun("ending", 1);
    Callers.as(
        new Caller("rita", "lamps", Set.of(Caller.Role.RELEASE_MANAGER)),
        () -> rollouts().reject(TestModels.LAMPS, ending, new Decision(ending, "no")));
    assertThat(access.caller(TOKEN.of(ending))).as("ended just now").isPresent();
    assertThat(status(TOKEN.of(ending), body(frame(IMAGE, "bright")))).isEqualTo(204);
    age(ending);
    assertThat(access.caller(TOKEN.of(ending))).as("ended long ago").isEmpty();
    assertThat(status(TOKEN.of(ending), body(frame(IMAGE, "bright")))).isEqualTo(403);
  }

  /** As though everything that happened to it were sixteen minutes ago. */
  private static void age(Digest ended) {
    application
        .getBean(JdbcClient.class)
        .sql("update rollouts.step set at = at - interval '16 minutes' where rollout = :rollout")
        .param("rollout", ended.toString())
        .update();
  }

  @Test
  void whatServesAndWhatItReplacedMayGoOnHoweverOldTheyAre() throws Exception {
    var access = application.getBean(FrameAccess.class);
    var first = begun("old", 1);
    approve(first);
    age(first);
    assertThat(rollouts().rollout(TestModels.LAMPS, first).state()).isEqualTo(State.PROMOTED);
    assertThat(access.caller(TOKEN.of(first))).as("it serves").isPresent();

    var second = rollouts().start(TestModels.LAMPS, plan("old", 2)).digest();
    await(() -> rollouts().rollout(TestModels.LAMPS, second).state() == State.CANARY);
    approveWhatSpeaksForItself(second);
    age(first);
    assertThat(access.caller(TOKEN.of(first))).as("replaced just now").isPresent();
    age(second);
    assertThat(access.caller(TOKEN.of(first))).as("replaced long ago").isEmpty();
    assertThat(access.caller(TOKEN.of(second))).as("serves in its place").isPresent();
    SEEN.clear();
    assertThat(status(TOKEN.of(second), body(frame(IMAGE, "bright")))).isEqualTo(204);
    await(() -> !SEEN.isEmpty());
    assertThat(SEEN.getFirst().frames().getFirst().arm()).isEqualTo("stable");
  }

  private static void approve(Digest which) throws Exception {
    var seen = rollouts().rollout(TestModels.LAMPS, which).evidenceDigest();
    Callers.as(
        new Caller("rita", "lamps", Set.of(Caller.Role.RELEASE_MANAGER)),
        () -> rollouts().approve(TestModels.LAMPS, which, new Decision(seen, "fine")));
  }

  /** Makes it what serves, without the traffic of a canary. */
  private static void approveWhatSpeaksForItself(Digest which) {
    var db = application.getBean(JdbcClient.class);
    db.sql("update rollouts.serving set rollout = :rollout where model = 'old'")
        .param("rollout", which.toString())
        .update();
    db.sql("update rollouts.rollout set state = 'PROMOTED' where digest = :rollout")
        .param("rollout", which.toString())
        .update();
  }

  @Test
  void nobodyElseMaySendFramesNotEvenFoveasOwnServices() throws Exception {
    var body = body(frame(IMAGE, "bright"));
    assertThat(status("", body)).isEqualTo(403);
    assertThat(status("service", body)).isEqualTo(403);
    assertThat(status(TOKEN.of(rollout).replace('.', '0'), body)).isEqualTo(403);
    assertThat(SEEN).isEmpty();
  }

  @Test
  void refusesWhatTheRolloutsServerCannotHaveSeenAndKeepsNoneOfTheBatch() throws Exception {
    var good = frame(Traffic.png(90), "bright");
    var text = "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
    var seen = Instant.now();
    refuses(good, frame(text, "bright"), "expected: a PNG or JPEG file");
    refuses(good, frame(new byte[] {1}, "bright"), "expected: a PNG or JPEG file");
    refuses(good, frame(cut(IMAGE), "bright"), "frame ");
    refuses(good, frame(IMAGE, "<b>"), "answer '<b>' (expected: a class of the rollout's model)");
    refuses(good, frame(IMAGE, List.of(0.4, 0.3, 0.3), seen), "3 probabilities (expected: 2");
    refuses(good, frame(IMAGE, List.of(0.4, 0.6), seen.plusSeconds(7_200)), "within a day before");
    refuses(good, frame(IMAGE, List.of(0.4, 0.6), seen.minusSeconds(90_000)), "within a day");

    assertThat(OBJECTS.exists(good.digest())).isFalse();
    assertThat(SEEN).isEmpty();
  }

  private static void refuses(SeenFrame good, SeenFrame bad, String words) throws Exception {
    var response = post(TOKEN.of(rollout), body(good, bad));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
    assertThat(response.body()).contains(words);
  }

  @Test
  void refusesBodiesThatAreNoBatchOrTooLarge() throws Exception {
    var token = TOKEN.of(rollout);
    assertThat(status(token, BodyPublishers.ofString("{\"frames\":[]}"))).isEqualTo(422);
    assertThat(status(token, BodyPublishers.noBody())).isEqualTo(422);
    var other =
        request(token, body(frame(IMAGE, "bright"))).setHeader("Content-Type", "text/plain");
    assertThat(HTTP.send(other.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    assertThat(raw(token, "Content-Length: 67108865", "")).startsWith("HTTP/1.1 413");
    // FVF1, one frame, a head of 2 GB
    assertThat(raw(token, "Transfer-Encoding: chunked", "c\r\nFVF1\0\0\0\1\u007f~~~\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(raw(token, "Content-Length: 12", "FVF1\0\0\0\1\u007f~~~"))
        .startsWith("HTTP/1.1 413");
    assertThat(SEEN).isEmpty();
  }

  @Test
  void aServerThatSendsSlowlyKeepsNoOtherOut() throws Exception {
    var other = begun("other", 1);
    var slow = new ArrayList<Socket>();
    try {
      // One that comes while the question is being answered is itself refused.
      await(() -> {
        slow.add(opened(TOKEN.of(rollout), "Content-Length: 1000", "FVF1"));
        return status(TOKEN.of(rollout), body(frame(IMAGE, "bright"))) == 503;
      });
      assertThat(status(TOKEN.of(other), body(frame(IMAGE, "bright")))).isEqualTo(204);
    } finally {
      for (var socket : slow) {
        socket.close();
      }
    }
    await(() -> status(TOKEN.of(rollout), body(frame(IMAGE, "bright"))) == 204);
  }

  private static SeenFrame frame(byte[] image, String answer) {
    return new SeenFrame(
        image,
        Digest.sha256(image),
        answer,
        0.55,
        0.1,
        List.of(0.45, 0.55),
        Reason.UNSURE,
        Instant.now());
  }

  private static SeenFrame frame(byte[] image, List<Double> probabilities, Instant seen) {
    return new SeenFrame(
        image, Digest.sha256(image), "bright", 0.6, 0.2, probabilities, Reason.AUDIT, seen);
  }

  private static byte[] cut(byte[] image) {
    return Arrays.copyOf(image, image.length / 2);
  }

  private static BodyPublisher body(SeenFrame... frames) {
    return BodyPublishers.concat(
        FrameBatch.write(List.of(frames)).stream()
            .map(BodyPublishers::ofByteArray)
            .toArray(BodyPublisher[]::new));
  }

  private static HttpRequest.Builder request(String token, BodyPublisher body) {
    var request =
        HttpRequest.newBuilder(address())
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", FrameBatch.MEDIA_TYPE)
            .POST(body);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static HttpResponse<String> post(String token, BodyPublisher body) throws Exception {
    return HTTP.send(request(token, body).build(), BodyHandlers.ofString());
  }

  private static int status(String token, BodyPublisher body) {
    try {
      return post(token, body).statusCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** What comes back to a head and the beginning of a body, which may never end. */
  private static String raw(String token, String length, String body) throws IOException {
    try (var socket = opened(token, length, body)) {
      return firstLine(socket.getInputStream());
    }
  }

  private static String firstLine(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c > 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static Socket opened(String token, String length, String body) {
    var head =
        "POST /internal/v1/frames HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\n%s\r\n\r\n"
            .formatted(token, FrameBatch.MEDIA_TYPE, length);
    try {
      var socket = new Socket(address().getHost(), address().getPort());
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

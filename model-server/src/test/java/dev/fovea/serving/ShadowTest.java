package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.Name;
import dev.fovea.serving.Client.Reply;
import dev.fovea.serving.shadow.ShadowSettings;
import dev.fovea.serving.shadow.ShadowTarget;
import dev.fovea.serving.shadow.ShadowToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A model server that copies its requests to another one, and whoever may tell it to. */
class ShadowTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final ShadowToken TOKEN = ShadowToken.of(SECRET);

  private ModelServer stable;
  private ModelServer shadow;

  @BeforeEach
  void start() {
    stable = stable(Duration.ZERO);
    shadow =
        ModelServer.start(
            ModelServerConfig.of(
                    TestModels.file("bright"),
                    Name.of("lamp"),
                    "4",
                    List.of("bright", "dark"),
                    TestModels.GREY_4X4)
                .shadowing(settings(Duration.ZERO)));
  }

  private static ModelServer stable(Duration reach) {
    return ModelServer.start(TestModels.config("bright").shadowing(settings(reach)));
  }

  private static ShadowSettings settings(Duration reach) {
    return new ShadowSettings(
        Optional.of(TOKEN),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ShadowTarget.Rules.allowing(List.of("127.0.0.1")),
        reach);
  }

  @AfterEach
  void stop() {
    stable.close();
    shadow.close();
  }

  @Test
  void copiesAShareAndCountsHowTheShadowAnswered() {
    assertThat(put(shadow.uri(), 50).status()).isEqualTo(200);
    for (int i = 0; i < 400; i++) {
      assertThat(new Client(stable.uri()).infer(Client.pixels(0.9)).status()).isEqualTo(200);
    }
    var reading = settled();

    long copied = reading.path("sent").path("total").asLong();
    long dropped = reading.path("dropped").asLong();
    assertThat(copied + dropped).isBetween(150L, 250L);
    assertThat(reading.path("sent").path("errors").asLong()).isZero();
    assertThat(reading.path("sent").path("rated").asLong()).isEqualTo(copied);
    assertThat(reading.path("compared").asLong()).isEqualTo(copied);
    assertThat(reading.path("disagreed").asLong())
        .as("its classes stand the other way round")
        .isEqualTo(copied);
    assertThat(arm(stable).path("total").asLong())
        .as("each request is evidence for one arm")
        .isEqualTo(400 - copied - dropped);
    assertThat(arm(shadow).path("total").asLong()).as("copies are no traffic of its own").isZero();
    assertThat(arm(shadow).path("answered").asLong()).isEqualTo(copied);
  }

  @Test
  void theSameTargetAgainChangesNothingAndAnotherShareBeginsAnew() {
    var first = put(shadow.uri(), 99).json().path("sent").path("boot").asString();
    for (int i = 0; i < 20; i++) {
      new Client(stable.uri()).infer(Client.pixels(0.9));
    }
    assertThat(put(shadow.uri(), 99).json().path("sent").path("boot").asString()).isEqualTo(first);
    assertThat(settled().path("sent").path("total").asLong()).isPositive();

    var other = put(shadow.uri(), 98).json();
    assertThat(other.path("sent").path("boot").asString()).isNotEqualTo(first);
    assertThat(other.path("sent").path("total").asLong()).isZero();
  }

  @Test
  void copiesNothingOnceItIsToldSo() {
    put(shadow.uri(), 99);
    assertThat(manage("DELETE", "", SECRET).status()).isEqualTo(204);
    for (int i = 0; i < 20; i++) {
      new Client(stable.uri()).infer(Client.pixels(0.9));
    }

    assertThat(reading().path("target").asString()).isEmpty();
    assertThat(arm(shadow).path("answered").asLong()).isZero();
    assertThat(arm(stable).path("total").asLong()).isEqualTo(20);
  }

  /** How long answers take is measured in counts: all come while the shadow has answered none. */
  @Test
  void aShadowThatHangsDelaysNobody() throws Exception {
    var end = new CountDownLatch(1);
    var asked = new AtomicInteger();
    try (var target =
        target(exchange -> {
          asked.incrementAndGet();
          end.await();
        })) {
      put(target.uri(), 99);
      for (int i = 0; i < 300; i++) {
        assertThat(new Client(stable.uri()).infer(Client.pixels(0.9)).status()).isEqualTo(200);
      }

      assertThat(asked.get()).as("at one time").isBetween(1, 4);
      assertThat(reading().path("dropped").asLong()).isGreaterThan(200);
      end.countDown();
    }
  }

  @Test
  void aShadowThatIsDownFailsOrAnswersTooMuchCountsAsErrorsAlone() throws Exception {
    try (var broken = target(exchange -> exchange.sendResponseHeaders(500, -1));
        var large =
            target(exchange -> {
              exchange.sendResponseHeaders(200, 0);
              var chunk = new byte[1 << 20];
              for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(chunk);
              }
            })) {
      for (var address : List.of(URI.create("http://127.0.0.1:1"), broken.uri(), large.uri())) {
        put(address, 90);
        for (int i = 0; i < 30; i++) {
          assertThat(new Client(stable.uri()).infer(Client.pixels(0.9)).status()).isEqualTo(200);
        }
        var sent = settled().path("sent");
        assertThat(sent.path("total").asLong()).as(address.toString()).isPositive();
        assertThat(sent.path("errors").asLong()).isEqualTo(sent.path("total").asLong());
      }
      assertThat(arm(stable).path("errors").asLong()).isZero();
    }
  }

  /** A Service that was just made refuses connections until the node knows of its pods. */
  @Test
  void aShadowThatCannotBeReachedYetIsNotJudgedByIt() throws Exception {
    stable.close();
    stable = stable(Duration.ofMinutes(5));
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    put(URI.create("http://127.0.0.1:" + port), 99);
    inferTimes(30);
    var before = settled();
    assertThat(before.path("dropped").asLong()).isPositive();
    assertThat(before.path("sent").path("total").asLong()).isZero();

    try (var _ = target(port, exchange -> exchange.sendResponseHeaders(200, -1))) {
      inferTimes(30);
      var reached = settled().path("sent");
      assertThat(reached.path("total").asLong()).isPositive();
      assertThat(reached.path("errors").asLong()).isZero();
    }
    inferTimes(30);
    assertThat(settled().path("sent").path("errors").asLong())
        .as("it was reached, and is gone")
        .isPositive();
  }

  private void inferTimes(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(new Client(stable.uri()).infer(Client.pixels(0.9)).status()).isEqualTo(200);
    }
  }

  @Test
  void nobodyWithoutTheTokenSeesOrChangesAnything() {
    var body = "{\"target\": \"%s\", \"share\": 50}".formatted(shadow.uri());
    for (var token :
        List.of("", SECRET + "0", SECRET.substring(1), SECRET.toUpperCase(Locale.ROOT))) {
      for (var method : List.of("GET", "PUT", "DELETE", "POST")) {
        assertThat(manage(method, body, token).status()).as(method).isEqualTo(401);
      }
    }
    assertThat(reading().path("share").asInt()).isZero();
  }

  @Test
  void theAddressOfClientsKnowsNothingOfIt() {
    var client = new Client(stable.uri());
    var request =
        HttpRequest.newBuilder(stable.uri().resolve("/arm/shadow"))
            .header("Authorization", "Bearer " + SECRET)
            .PUT(BodyPublishers.ofString("{\"target\": \"http://127.0.0.1:1\", \"share\": 50}"));

    assertThat(client.send(request).status()).isEqualTo(404);
    assertThat(reading().path("share").asInt()).isZero();
  }

  @Test
  void withoutATokenThereIsNothingToCall() {
    assertThat(ModelServerMain.shadow(Map.of("FOVEA_SHADOW_ALLOW", ".svc")).token()).isEmpty();
    assertThat(ModelServerMain.shadow(Map.of("FOVEA_ARM_TOKEN", "")).token()).isEmpty();
    assertThatThrownBy(() -> ModelServerMain.shadow(Map.of("FOVEA_ARM_TOKEN", "short")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("short");
    try (var plain = ModelServer.start(TestModels.config("bright"))) {
      assertThat(plain.managementAddress()).isEmpty();
    }
  }

  @Test
  void noClientCallsItsRequestACopy() {
    var pixels = Client.pixels(0.9).getBytes(StandardCharsets.UTF_8);
    for (var header : List.of("1", "true", SECRET)) {
      new Client(stable.uri()).post("/v2/models/lamp/infer", pixels, "Fovea-Shadow", header);
    }

    assertThat(arm(stable).path("total").asLong()).isEqualTo(3);
  }

  @Test
  void theTokenIsNotInACopy() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    try (var target =
        target(exchange -> {
          exchange.getRequestHeaders().values().forEach(seen::addAll);
          exchange.sendResponseHeaders(200, -1);
        })) {
      put(target.uri(), 99);
      for (int i = 0; i < 10; i++) {
        var pixels = Client.pixels(0.9).getBytes(StandardCharsets.UTF_8);
        new Client(stable.uri())
            .post(
                "/v2/models/lamp/infer",
                pixels,
                "Cookie",
                "session=1",
                "Authorization",
                "Bearer x");
      }
      settled();
    }

    assertThat(seen).contains(TOKEN.mark()).doesNotContain(SECRET, "session=1", "Bearer x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://canary.models.svc",
        "file:///etc/passwd",
        "ftp://canary.models.svc",
        "http://",
        "canary.models.svc",
        "http://user:pass@canary.models.svc",
        "http://canary.models.svc/v2/../admin",
        "http://canary.models.svc?x=1",
        "http://canary.models.svc#x",
        "http://canary.models.svc:0",
        "http://canary.models.svc:70000",
        "http://169.254.169.254",
        "http://[::1]",
        "http://127.0.0.1",
        "http://2130706433",
        "http://0x7f.1",
        "http://models.svc",
        "http://evilmodels.svc.attacker.com",
        "http://canary.models.svc.attacker.com",
        "http://attacker.com\\\\@canary.models.svc",
        "http://canary.models.svc\\r\\nHost: x",
        "http://loop.models.svc",
        "http://meta.models.svc",
        "http://any.models.svc",
        "http://unknown.models.svc"
      })
  void refusesTargetsThatLeadElsewhere(String address) {
    var rules = new ShadowTarget.Rules(List.of(".models.svc"), ShadowTest::lookup);

    assertThatThrownBy(() -> rules.read(address, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }

  @Test
  void takesTargetsThatAreAllowed() {
    var rules = new ShadowTarget.Rules(List.of(".models.svc", "one.example"), ShadowTest::lookup);

    assertThat(rules.read("http://Canary.models.svc:8080/", 10).address())
        .isEqualTo(URI.create("http://canary.models.svc:8080"));
    assertThat(rules.read("http://one.example", 99).address())
        .isEqualTo(URI.create("http://one.example:80"));
    assertThatThrownBy(() -> rules.read("http://one.example", 100))
        .hasMessageContaining("share: 100 percent");
    assertThatThrownBy(
            () -> ShadowTarget.Rules.allowing(List.of()).read("http://canary.models.svc", 10))
        .hasMessageContaining("a host among []");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"target\": null, \"share\": 1}",
        "{\"share\": 10}",
        "{\"target\": \"http://127.0.0.1:1\"}",
        "{\"target\": 1, \"share\": \"x\"}",
        "{\"target\": \"http://127.0.0.1:1\", \"share\": 0}",
        "{\"target\": \"http://127.0.0.1:1\", \"share\": 10, \"path\": \"/x\"}"
      })
  void refusesABodyThatIsNoTarget(String body) {
    assertThat(manage("PUT", body, SECRET).status()).isEqualTo(400);
    assertThat(manage("PUT", "x".repeat(5_000), SECRET).status()).isEqualTo(413);
    assertThat(reading().path("share").asInt()).isZero();
  }

  private static List<InetAddress> lookup(String host) throws UnknownHostException {
    return switch (host) {
      case "loop.models.svc" -> List.of(InetAddress.ofLiteral("127.0.0.1"));
      case "meta.models.svc" ->
          List.of(InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("169.254.169.254"));
      case "any.models.svc" -> List.of(InetAddress.ofLiteral("::"));
      case "unknown.models.svc" -> throw new UnknownHostException(host);
      default -> List.of(InetAddress.ofLiteral("10.0.0.7"));
    };
  }

  /** What an arm counted once it has counted everything: it counts after it has answered. */
  private static JsonNode arm(ModelServer server) {
    var now = new Client(server.uri()).get("/arm").json();
    for (int i = 0; i < 500 && now.path("underWay").asLong() > 0; i++) {
      pause(10);
      now = new Client(server.uri()).get("/arm").json();
    }
    return now;
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Reply put(URI target, int share) {
    return manage("PUT", "{\"target\": \"%s\", \"share\": %d}".formatted(target, share), SECRET);
  }

  private JsonNode reading() {
    return manage("GET", "", SECRET).json();
  }

  /** The reading once no copy is under way. */
  private JsonNode settled() {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    var before = reading();
    while (true) {
      pause(100);
      var now = reading();
      if (now.path("sent").path("underWay").asLong() == 0
          && now.path("sent").path("total").equals(before.path("sent").path("total"))) {
        return now;
      }
      assertThat(System.nanoTime()).isLessThan(deadline);
      before = now;
    }
  }

  private Reply manage(String method, String body, String token) {
    var address = stable.managementAddress().orElseThrow();
    var uri = URI.create("http://127.0.0.1:%d/arm/shadow".formatted(address.getPort()));
    var request =
        HttpRequest.newBuilder(uri)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return new Client(uri).send(request);
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private record Target(HttpServer http, ExecutorService threads) implements AutoCloseable {
    URI uri() {
      return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    @Override
    public void close() {
      http.stop(0);
      threads.shutdownNow();
    }
  }

  private static Target target(Answer answer) throws IOException {
    return target(0, answer);
  }

  private static Target target(int port, Answer answer) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var http = HttpServer.create(address, 0);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    http.setExecutor(threads);
    http.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            answer.to(exchange);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
    http.start();
    return new Target(http, threads);
  }
}

package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.serving.HttpFrameSink.Times;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink against a server that listens, and does what servers in trouble do. */
@Timeout(60)
class HttpFrameSinkTest {
  private static final Times QUICK =
      new Times(Duration.ofMillis(800), Duration.ofMillis(20), Duration.ofMillis(80));
  private static final FramesToken SECRET = FramesToken.from("a secret of more than 32 characters");
  private static final Digest ROLLOUT = Digest.sha256("a rollout".getBytes(StandardCharsets.UTF_8));
  private static final List<SeenFrame> FRAMES =
      List.of(SeenFrames.of(Images.png(1, 8)), SeenFrames.of(Images.png(2, 9)));

  private final List<SeenFrame> taken = new CopyOnWriteArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final AtomicInteger posts = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer receiver;

  /** How the receiver answers. */
  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private volatile Behaviour behaviour = this::take;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(threads);
    receiver.createContext(
        "/",
        exchange -> {
          posts.incrementAndGet();
          try (exchange) {
            behaviour.answer(exchange);
          }
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    receiver.stop(0);
    threads.shutdownNow();
  }

  private void take(HttpExchange exchange) throws IOException {
    shown.add(exchange.getRequestHeaders().getFirst("Authorization"));
    taken.addAll(FrameBatch.read(exchange.getRequestBody()));
    exchange.sendResponseHeaders(204, -1);
  }

  private static Behaviour status(int status) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      var words = "{\"detail\":\"as the test says\"}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, words.length);
      exchange.getResponseBody().write(words);
    };
  }

  private URI address() {
    return URI.create("http://127.0.0.1:%d/frames".formatted(receiver.getAddress().getPort()));
  }

  private HttpFrameSink sink() {
    return new HttpFrameSink(address(), SECRET.of(ROLLOUT), QUICK);
  }

  @Test
  void sendsABatchInOnePostInTheRolloutsName() throws Exception {
    new HttpFrameSink(address(), SECRET, ROLLOUT).keep(FRAMES);

    assertThat(taken).usingRecursiveFieldByFieldElementComparator().isEqualTo(FRAMES);
    assertThat(posts).hasValue(1);
    assertThat(shown).containsExactly("Bearer " + SECRET.of(ROLLOUT));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void sendsTheSameBatchAgainAfterWhatMayPass(int status) throws Exception {
    behaviour =
        exchange -> {
          if (posts.get() < 3) {
            status(status).answer(exchange);
          } else {
            take(exchange);
          }
        };
    sink().keep(FRAMES);

    assertThat(taken).hasSize(2);
    assertThat(posts).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400, 401, 403, 404, 413, 415, 422})
  void dropsAtOnceWhatIsRefused(int status) {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
          status(status).answer(exchange);
        };

    assertThatThrownBy(() -> sink().keep(FRAMES))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("%d {\"detail\":\"as the test says\"}".formatted(status))
        .hasMessageNotContaining(SECRET.of(ROLLOUT));
    assertThat(posts).hasValue(1);
  }

  @Test
  void givesABatchUpAfterFiveAttemptsAndPausesBetweenThem() {
    behaviour = status(503);
    long start = System.nanoTime();

    assertThatThrownBy(() -> sink().keep(FRAMES))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 times in a row: 503");
    assertThat(posts).hasValue(5);
    // 20 + 40 + 80 + 80: doubled up to the longest.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(219));
  }

  @Test
  void pausesBeforeTheNextBatchToo() throws Exception {
    behaviour = status(401);
    var sink = new HttpFrameSink(address(), SECRET.of(ROLLOUT), times(Duration.ofMillis(300)));
    assertThatThrownBy(() -> sink.keep(FRAMES)).isInstanceOf(IOException.class);
    behaviour = this::take;
    long start = System.nanoTime();
    sink.keep(FRAMES);
    var first = Duration.ofNanos(System.nanoTime() - start);
    start = System.nanoTime();
    sink.keep(FRAMES);

    assertThat(first).isGreaterThan(Duration.ofMillis(299));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(299));
  }

  private static Times times(Duration pause) {
    return new Times(Duration.ofSeconds(5), pause, pause);
  }

  @Test
  void aReceiverThatIsDownIsNoneThatHangs() throws Exception {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    var down =
        new HttpFrameSink(
            URI.create("http://127.0.0.1:%d/".formatted(free)), SECRET.of(ROLLOUT), QUICK);

    assertThatThrownBy(() -> down.keep(FRAMES))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 times in a row: java.net.ConnectException");
  }

  @Test
  void aReceiverThatHangsOrHangsInItsAnswerCostsItsPatience() {
    for (Behaviour hang :
        List.<Behaviour>of(
            _ -> await(),
            exchange -> {
              exchange.sendResponseHeaders(200, 100);
              exchange.getResponseBody().write('{');
              exchange.getResponseBody().flush();
              await();
            })) {
      behaviour = hang;
      var sink =
          new HttpFrameSink(
              address(),
              SECRET.of(ROLLOUT),
              new Times(Duration.ofMillis(150), Duration.ofMillis(1), Duration.ofMillis(1)));
      long start = System.nanoTime();

      assertThatThrownBy(() -> sink.keep(FRAMES)).hasMessageContaining("5 times in a row: ");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(700), Duration.ofSeconds(5));
    }
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anAnswerWithoutEndIsLeftAtItsBound() {
    var written = new AtomicInteger();
    behaviour =
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          while (end.getCount() > 0) {
            exchange.getResponseBody().write(new byte[1 << 16]);
            written.addAndGet(1 << 16);
          }
        };

    assertThatThrownBy(() -> sink().keep(FRAMES)).isInstanceOf(IOException.class);
    assertThat(posts).hasValue(5);
  }

  @Test
  void whatWouldBeRefusedForItsSizeIsNotSent() {
    var large = SeenFrames.of(new byte[(16 << 20) + 1]);

    assertThatThrownBy(() -> sink().keep(List.of(large)))
        .isInstanceOf(FramesTooLarge.class)
        .hasMessageContaining("more than 16.0 MiB");
    assertThat(posts).hasValue(0);
  }

  @Test
  void anInterruptedPauseIsTheLastAttempt() throws Exception {
    behaviour = status(503);
    var sink = new HttpFrameSink(address(), SECRET.of(ROLLOUT), times(Duration.ofMinutes(5)));
    var failures = new CopyOnWriteArrayList<Exception>();
    var thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                sink.keep(FRAMES);
              } catch (IOException e) {
                failures.add(e);
              }
            });
    while (posts.get() < 1) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join(10_000);

    assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("503"));
    assertThat(posts.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void takesAddressesOfHttpAlone() {
    for (var wrong :
        List.of(
            "file:///etc/passwd",
            "ftp://host/",
            "//host/",
            "http:///x",
            "http://user:word@host/",
            "http://host/?a=b",
            "http://host/#a")) {
      assertThatThrownBy(() -> new HttpFrameSink(URI.create(wrong), SECRET, ROLLOUT))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: http://host:port/path")
          .hasMessageNotContaining("word");
    }
  }

  @Test
  void clientsOfTheModelNeverWaitWhateverTheReceiverDoes() throws Exception {
    var settings = new CaptureSettings(1, 0, 4, new ByteSize(1 << 20), Duration.ofMillis(1));
    for (Behaviour trouble : List.of(status(500), status(401), _ -> await())) {
      behaviour = trouble;
      try (var server =
          ModelServer.start(TestModels.config("bright").capturing(settings, sink()))) {
        var client = new Client(server.uri());
        var slowest = Duration.ZERO;
        for (int i = 0; i < 60; i++) {
          long start = System.nanoTime();
          assertThat(client.infer(image(128)).status()).isEqualTo(200);
          var took = Duration.ofNanos(System.nanoTime() - start);
          slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        // Whoever waited for a receiver that hangs would wait four seconds.
        assertThat(slowest).isLessThan(Duration.ofSeconds(2));
        // Four wait, and four more are with the sink.
        while (server.droppedFrames() < 52) {
          Thread.sleep(5);
        }
      }
    }
    assertThat(taken).isEmpty();
  }

  @Test
  void framesFlowAgainWhenTheReceiverIsBack() throws Exception {
    behaviour = status(503);
    try (var server =
        ModelServer.start(
            TestModels.config("bright").capturing(CaptureSettings.of(1, 0), sink()))) {
      var client = new Client(server.uri());
      client.infer(image(100));
      while (posts.get() < 2) {
        Thread.sleep(5);
      }
      behaviour = this::take;
      while (taken.isEmpty()) {
        Thread.sleep(5);
      }
      client.infer(image(101));
      while (taken.size() < 2) {
        Thread.sleep(5);
      }
      // The receiver has a frame before the server has its answer, by which it counts.
      var kept = "fovea_frames_captured_total{model=\"lamp\",version=\"3\",reason=\"unsure\"} 2";
      while (!new String(client.get("/metrics").body(), StandardCharsets.UTF_8).contains(kept)) {
        Thread.sleep(5);
      }
      assertThat(server.droppedFrames()).isZero();
    }
  }

  private static String image(int brightness) {
    return "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"%s\"]}]}"
        .formatted(Base64.getEncoder().encodeToString(Images.png(brightness, 8)));
  }
}

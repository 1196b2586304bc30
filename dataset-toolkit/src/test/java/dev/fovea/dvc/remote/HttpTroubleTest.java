package dev.fovea.dvc.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.dvc.remote.Remote.Upload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server that sends elsewhere, cuts off, falls silent and packs what nobody asked to be packed.
 */
@Timeout(30)
class HttpTroubleTest {
  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final String NAME = "0123456789abcdef0123456789abcdef";
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir Path folder;
  private final Queue<HttpHandler> answers = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private HttpRemote remote;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            answers.remove().handle(exchange);
          }
        });
    server.start();
    var uri = URI.create("http://127.0.0.1:%d/dvc".formatted(server.getAddress().getPort()));
    remote = new HttpRemote(uri, Map.of(), "POST", PATIENCE, Duration.ofMillis(40));
  }

  @AfterEach
  void stop() {
    remote.close();
    server.stop(0);
  }

  private static HttpHandler status(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /** From a byte on, of a body that is announced, and then a pause. */
  private static HttpHandler part(int status, int from, int bytes, long pauseMillis) {
    return exchange -> {
      exchange.sendResponseHeaders(status, CONTENT.length - from);
      exchange.getResponseBody().write(CONTENT, from, bytes);
      exchange.getResponseBody().flush();
      try {
        Thread.sleep(pauseMillis);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private byte[] bytes() throws IOException {
    try (var in = remote.open(NAME).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  /** A login page in front of the server: everything would seem to be there, and to be sent. */
  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void isNotFollowedAndHasNothing(int status) throws IOException {
    var upload = new Upload(NAME, Files.write(folder.resolve("x"), CONTENT), CONTENT.length);
    for (int i = 0; i < 3; i++) {
      answers.add(status(status, "Location", "/login"));
    }
    assertThatThrownBy(() -> remote.has(NAME))
        .isInstanceOf(RemoteRefused.class)
        .hasMessageContaining("HTTP " + status);
    assertThatThrownBy(() -> remote.put(upload)).isInstanceOf(RemoteRefused.class);
    assertThatThrownBy(() -> remote.open(NAME)).isInstanceOf(RemoteRefused.class);
    assertThat(answers).isEmpty();
  }

  @Test
  void isLeftAloneAsLongAsItWants() throws IOException {
    answers.add(status(503, "Retry-After", "1"));
    answers.add(status(200));
    long begun = System.nanoTime();
    assertThat(remote.has(NAME)).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));

    answers.add(status(429, "Retry-After", "600"));
    assertThatThrownBy(() -> remote.has(NAME))
        .isInstanceOf(RemoteUnavailable.class)
        .hasMessageContaining("it wants to be asked in 600 s): HTTP 429");
  }

  @Test
  void goesOnWhereABodyWasCutShortOrFellSilent() throws IOException {
    answers.add(part(200, 0, 1000, 0));
    answers.add(exchange -> {
      assertThat(exchange.getRequestHeaders().getFirst("Range")).isEqualTo("bytes=1000-");
      part(206, 1000, 100_000, 2 * PATIENCE.toMillis()).handle(exchange);
    });
    // It gives everything where a part was asked for.
    answers.add(part(200, 0, CONTENT.length, 0));

    assertThat(bytes()).isEqualTo(CONTENT);
    assertThat(answers).isEmpty();
  }

  @Test
  void saysThatAnObjectWentAwayMeanwhile() {
    answers.add(part(200, 0, 1000, 0));
    answers.add(status(404));
    assertThatThrownBy(this::bytes)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the object %s is no longer at http://127.0.0.1".formatted(NAME));
  }

  @Test
  void isBelievedNoEncoding() throws IOException {
    answers.add(exchange -> {
      assertThat(exchange.getRequestHeaders().getFirst("Accept-Encoding")).isEqualTo("identity");
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      part(200, 0, CONTENT.length, 0).handle(exchange);
    });
    assertThat(bytes()).isEqualTo(CONTENT);
  }

  private static final String OTHER = "fedcba9876543210fedcba9876543210";
  private static final Set<String> BOTH = Set.of(NAME, OTHER);

  private static HttpHandler missing(int status, String body) {
    return exchange -> {
      assertThat(exchange.getRequestMethod() + " " + exchange.getRequestURI())
          .isEqualTo("POST /dvc/missing");
      exchange.sendResponseHeaders(status, body.length());
      exchange.getResponseBody().write(body.getBytes(UTF_8));
    };
  }

  private void hearsThatItMayAskForMany() throws IOException {
    answers.add(status(404, "Fovea-Answers", "missing"));
    assertThat(remote.has(NAME)).isFalse();
  }

  @Test
  void asksForManyAtOnceWhereTheServerSaysThatItAnswersThat() throws IOException {
    assertThat(remote.among(BOTH)).as("asked of no server that said nothing").isEmpty();
    hearsThatItMayAskForMany();
    answers.add(missing(200, OTHER + "\n"));
    assertThat(remote.among(BOTH)).contains(Set.of(NAME));
    answers.add(missing(200, ""));
    assertThat(remote.among(BOTH)).contains(BOTH);
  }

  @Test
  void asksForEachWhereThatIsRefused() throws IOException {
    hearsThatItMayAskForMany();
    answers.add(missing(403, ""));
    assertThat(remote.among(BOTH)).isEmpty();
  }

  @Test
  void believesNoAnswerOfWhatWasNotAsked() throws IOException {
    hearsThatItMayAskForMany();
    answers.add(missing(200, "<html>"));
    assertThatThrownBy(() -> remote.among(BOTH))
        .hasMessageContaining("says that '<html>' is missing");
    answers.add(missing(200, (NAME + "\n").repeat(2)));
    assertThatThrownBy(() -> remote.among(BOTH)).hasMessageContaining(NAME);
  }
}

package dev.fovea.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.fovea.store.StoreUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** What needs no S3 to be seen: an endpoint that isn't one. */
class UnusableEndpointTest {
  @Test
  void isNamedWithARemedyWhenNobodyListens() throws IOException {
    int closed;
    try (var socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    assertThatThrownBy(() -> new S3ObjectStore(at(closed)))
        .isInstanceOfSatisfying(
            StoreUnavailable.class,
            problem -> {
              assertThat(problem.explanation()).contains("127.0.0.1:" + closed);
              assertThat(problem.remedy()).contains("fovea.objects.s3.endpoint");
            });
  }

  @Test
  void isAskedAgainWhenItIsBusyAndNeverQuoted() throws IOException {
    var asked = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          var body =
              "<Error><Code>Secret</Code><Message>internal text</Message></Error>"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/xml");
          exchange.sendResponseHeaders(
              503, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
          if (!exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    try {
      assertThatThrownBy(() -> new S3ObjectStore(at(server.getAddress().getPort())))
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("answered 503")
          .hasMessageNotContaining("internal text");
      assertThat(asked).hasValueGreaterThan(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void isRefusedWhenItsPropertiesMakeNoSense() {
    assertThatThrownBy(() -> S3Properties.of(URI.create("http://u:p@h"), "b", "a", "s"))
        .hasMessageContaining("no user")
        .hasMessageNotContaining("u:p");
    assertThatThrownBy(() -> made("fv/", DataSize.ofGigabytes(1), Duration.ofSeconds(1)))
        .hasMessageContaining("fv/");
    assertThatThrownBy(() -> made("fovea/", DataSize.ofGigabytes(6), Duration.ofSeconds(1)))
        .hasMessageContaining("5MB to 5GB");
    assertThatThrownBy(() -> made("fovea/", DataSize.ofGigabytes(1), Duration.ZERO))
        .hasMessageContaining("fovea.objects.s3.patience");
    assertThat(S3Properties.of(URI.create("http://h"), "b", "key", "secret").toString())
        .doesNotContain("secret", "key");
  }

  private static S3Properties made(String prefix, DataSize largestPut, Duration patience) {
    return new S3Properties(
        URI.create("http://h"), "b", "r", "a", "s", prefix, true, largestPut, patience, null);
  }

  private static S3Properties at(int port) {
    return S3Properties.of(URI.create("http://127.0.0.1:" + port), "bucket", "key", "secret");
  }
}

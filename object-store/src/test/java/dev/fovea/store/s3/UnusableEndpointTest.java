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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
    assertThatThrownBy(
            () -> new S3Properties(URI.create("http://u:p@h"), "b", "r", "a", "s", "fovea/"))
        .hasMessageContaining("no user")
        .hasMessageNotContaining("u:p");
    assertThatThrownBy(() -> new S3Properties(URI.create("http://h"), "b", "r", "a", "s", "fv/"))
        .hasMessageContaining("fv/");
    assertThat(
            new S3Properties(URI.create("http://h"), "b", "r", "key", "secret", "fovea/")
                .toString())
        .doesNotContain("secret", "key");
  }

  private static S3Properties at(int port) {
    return new S3Properties(
        URI.create("http://127.0.0.1:" + port),
        "bucket",
        "us-east-1",
        "key",
        "secret",
        "fovea/objects/");
  }
}

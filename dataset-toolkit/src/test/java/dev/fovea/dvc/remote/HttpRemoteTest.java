package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that keeps what it is sent, and is away for its first answers. */
class HttpRemoteTest extends RemoteContract {
  private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
  private final AtomicInteger away = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/dvc/",
        exchange -> {
          try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var body = exchange.getRequestBody().readAllBytes();
            if (away.getAndDecrement() > 0) {
              exchange.sendResponseHeaders(503, -1);
            } else if (!"Basic YTpi"
                .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
              exchange.sendResponseHeaders(401, -1);
            } else if (exchange.getRequestMethod().equals("POST")) {
              kept.put(path, body);
              exchange.sendResponseHeaders(200, -1);
            } else if (!kept.containsKey(path)) {
              exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestMethod().equals("HEAD")) {
              exchange.sendResponseHeaders(200, -1);
            } else {
              var bytes = kept.get(path);
              exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
              exchange.getResponseBody().write(bytes);
            }
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private HttpRemote remote(String authorization) {
    var uri = URI.create("http://127.0.0.1:%d/dvc/digits".formatted(server.getAddress().getPort()));
    return new HttpRemote(
        uri,
        Map.of("Authorization", authorization),
        "POST",
        Duration.ofSeconds(10),
        Duration.ofMillis(40));
  }

  @Override
  protected Remote remote() {
    away.set(2);
    return remote("Basic YTpi");
  }

  @Test
  void saysWhatTheServerSays() {
    try (var remote = remote("Basic wrong")) {
      assertThatThrownBy(() -> remote.has("0".repeat(32)))
          .isInstanceOf(RemoteRefused.class)
          .hasMessageContaining("HTTP 401");
    }
  }
}

package dev.fovea.serving;

import com.sun.net.httpserver.HttpExchange;
import dev.fovea.serving.protocol.ProtocolError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Whole answers, with their length. */
final class Replies {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int NO_BODY = -1;

  private Replies() {}

  private record Failure(String error) {}

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? NO_BODY : body.length);
    // Closing the body sends it; closing the exchange would first read what the client has yet to
    // send.
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  static void json(HttpExchange exchange, int status, Object value) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    send(exchange, status, JSON.writeValueAsBytes(value));
  }

  static void text(HttpExchange exchange, String type, String text) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
  }

  static void error(HttpExchange exchange, ProtocolError error) throws IOException {
    if (error.retrySeconds() > 0) {
      exchange.getResponseHeaders().set("Retry-After", Integer.toString(error.retrySeconds()));
    }
    json(exchange, error.status(), new Failure(String.valueOf(error.getMessage())));
  }
}

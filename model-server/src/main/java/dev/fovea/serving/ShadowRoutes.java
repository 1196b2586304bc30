package dev.fovea.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.fovea.serving.protocol.ProtocolError;
import dev.fovea.serving.shadow.ShadowCopies;
import dev.fovea.serving.shadow.ShadowTarget;
import dev.fovea.serving.shadow.ShadowToken;
import java.io.IOException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code GET}, {@code PUT} and {@code DELETE /arm/shadow}, on the management address alone: what is
 * copied, where to, and no more. Everybody shows the token, for reading too.
 */
final class ShadowRoutes implements HttpHandler {
  private static final int MOST_BYTES = 4096;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final ShadowToken token;
  private final ShadowTarget.Rules rules;
  private final ShadowCopies copies;

  ShadowRoutes(ShadowToken token, ShadowTarget.Rules rules, ShadowCopies copies) {
    this.token = token;
    this.rules = rules;
    this.copies = copies;
  }

  private record Wanted(String target, int share) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!token.shown(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        Replies.error(exchange, ProtocolError.unauthorized("show the token of the model servers"));
      } else if (!exchange.getRequestURI().getRawPath().equals("/arm/shadow")) {
        Replies.error(exchange, ProtocolError.notFound("there is no such path here"));
      } else {
        shadow(exchange);
      }
    }
  }

  private void shadow(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "GET" -> Replies.json(exchange, 200, copies.reading());
      case "PUT" -> put(exchange);
      case "DELETE" -> {
        copies.clear();
        Replies.send(exchange, 204, new byte[0]);
      }
      default -> Replies.error(exchange, ProtocolError.notAllowed("GET, PUT or DELETE"));
    }
  }

  private void put(HttpExchange exchange) throws IOException {
    var body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      Replies.error(
          exchange, ProtocolError.tooLarge("a target has at most %d bytes".formatted(MOST_BYTES)));
      return;
    }
    try {
      var wanted = JSON.readValue(body, Wanted.class);
      if (wanted == null || wanted.target() == null) {
        throw new IllegalArgumentException(
            "no target (expected: {\"target\": \"http://host:port\", \"share\": 10})");
      }
      copies.set(rules.read(wanted.target(), wanted.share()));
      Replies.json(exchange, 200, copies.reading());
    } catch (JacksonException _) {
      Replies.error(
          exchange,
          ProtocolError.badRequest(
              "the body is not {\"target\": \"http://host:port\", \"share\": 10}"));
    } catch (IllegalArgumentException e) {
      Replies.error(exchange, ProtocolError.badRequest(String.valueOf(e.getMessage())));
    }
  }
}

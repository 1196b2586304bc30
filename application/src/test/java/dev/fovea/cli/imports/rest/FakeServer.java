package dev.fovea.cli.imports.rest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of MLflow's protocol that answers what a test wants. */
public final class FakeServer implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();

  /** Answers one request. */
  public interface Answer {
    /**
     * @param path with its query
     * @param count which request it is, from 1
     */
    Reply to(String path, int count) throws IOException;
  }

  /** A status and a body. */
  public record Reply(int status, String body) {
    public static Reply json(String body) {
      return new Reply(200, body);
    }
  }

  public FakeServer(Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, answer));
    server.start();
  }

  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      var reply = answer.to(exchange.getRequestURI().toString(), asked.incrementAndGet());
      var bytes = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many requests came. */
  public int asked() {
    return asked.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

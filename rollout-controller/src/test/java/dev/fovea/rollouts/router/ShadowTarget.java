package dev.fovea.rollouts.router;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that misbehaves in one way. */
final class ShadowTarget implements AutoCloseable {
  /** What it does with a request. */
  enum Manner {
    HANGS,
    HANGS_IN_THE_BODY,
    REFUSES,
    ANSWERS_500,
    ANSWERS_100_MB,
    HANGS_UP;

    boolean neverAnswers() {
      return this == HANGS || this == HANGS_IN_THE_BODY;
    }
  }

  private static final int MIB = 1 << 20;

  private final Manner manner;
  private final HttpServer http;
  private final URI uri;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> headers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);

  ShadowTarget(Manner manner) throws IOException {
    this.manner = manner;
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::handle);
    http.start();
    uri = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    if (manner == Manner.REFUSES) {
      http.stop(0);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    headers.addAll(exchange.getRequestHeaders().keySet());
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      answer(exchange);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    switch (manner) {
      case HANGS -> end.await();
      case HANGS_IN_THE_BODY -> {
        exchange.sendResponseHeaders(200, 100);
        exchange.getResponseBody().write("{".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        end.await();
      }
      case ANSWERS_500 -> {
        exchange.sendResponseHeaders(500, 2);
        exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
      }
      case ANSWERS_100_MB -> {
        exchange.sendResponseHeaders(200, 0);
        var chunk = new byte[MIB];
        for (int i = 0; i < 100; i++) {
          exchange.getResponseBody().write(chunk);
        }
      }
      case HANGS_UP, REFUSES -> {
        // Closing without an answer.
      }
    }
  }

  /** How many arrived. */
  int requests() {
    return requests.get();
  }

  Set<String> headers() {
    return headers;
  }

  URI uri() {
    return uri;
  }

  @Override
  public void close() {
    end.countDown();
    if (manner != Manner.REFUSES) {
      http.stop(0);
    }
    threads.shutdownNow();
  }
}

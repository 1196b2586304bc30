package dev.fovea.rollouts.packaging;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.json.JsonMapper;

/**
 * A registry in this process: it keeps what the distribution specification asks for, refuses what
 * it tells registries to refuse, and misbehaves as a test wants.
 */
final class FakeRegistry implements AutoCloseable {
  /** Answers in the registry's place. */
  @FunctionalInterface
  interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** One request as it came. */
  record Seen(String method, String path, String authorization) {}

  private record Waiting(String method, String part, Fault fault) {}

  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<Waiting> faults = new ArrayList<>();
  private final AtomicInteger uploads = new AtomicInteger();
  private final HttpServer server;

  /** What every request must carry; none when empty. */
  volatile String expected = "";

  /** What a request without it is told. */
  volatile String challenge = "";

  FakeRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Once, for the next request with this method whose path contains this. */
  synchronized void fail(String method, String part, Fault fault) {
    faults.add(new Waiting(method, part, fault));
  }

  static Fault status(int status, String... headers) {
    return exchange -> {
      exchange.getRequestBody().readAllBytes();
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  /** Reads a little and hangs up. */
  static Fault hangUp() {
    return exchange -> exchange.getRequestBody().readNBytes(1000);
  }

  long requests(String method, String part) {
    return seen.stream()
        .filter(each -> each.method().equals(method) && each.path().contains(part))
        .count();
  }

  private synchronized Fault fault(String method, String path) {
    var found =
        faults.stream()
            .filter(each -> each.method().equals(method) && path.contains(each.part()))
            .findFirst();
    found.ifPresent(faults::remove);
    return found.map(Waiting::fault).orElse(null);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var method = exchange.getRequestMethod();
      var path = exchange.getRequestURI().toString();
      var authorization = exchange.getRequestHeaders().getFirst("Authorization");
      seen.add(new Seen(method, path, authorization == null ? "" : authorization));
      var fault = fault(method, path);
      if (fault != null) {
        fault.answer(exchange);
      } else if (!expected.isEmpty() && !expected.equals(authorization)) {
        status(401, "WWW-Authenticate", challenge).answer(exchange);
      } else {
        keep(exchange, method, exchange.getRequestURI().getPath());
      }
    }
  }

  private void keep(HttpExchange exchange, String method, String path) throws IOException {
    if (method.equals("POST") && path.endsWith("/blobs/uploads/")) {
      status(202, "Location", path + uploads.incrementAndGet() + "?state=x").answer(exchange);
    } else if (method.equals("PUT") && path.contains("/blobs/uploads/")) {
      var wanted = exchange.getRequestURI().getQuery().replaceFirst(".*digest=", "");
      var bytes = exchange.getRequestBody().readAllBytes();
      boolean right = Digest.sha256(bytes).toString().equals(wanted);
      if (right) {
        blobs.put(wanted, bytes);
      }
      status(right ? 201 : 400).answer(exchange);
    } else if (method.equals("PUT") && path.contains("/manifests/")) {
      manifest(exchange, path);
    } else {
      var last = path.substring(path.lastIndexOf('/') + 1);
      var found = path.contains("/manifests/") ? manifests.get(path) : blobs.get(last);
      if (found == null) {
        status(404).answer(exchange);
      } else {
        exchange.getResponseHeaders().add("Docker-Content-Digest", Digest.sha256(found).toString());
        exchange.sendResponseHeaders(200, -1);
      }
    }
  }

  private void manifest(HttpExchange exchange, String path) throws IOException {
    var bytes = exchange.getRequestBody().readAllBytes();
    var read = JsonMapper.builder().build().readTree(bytes);
    boolean whole =
        blobs.containsKey(read.path("config").path("digest").asString())
            && read.path("layers")
                .valueStream()
                .allMatch(layer -> blobs.containsKey(layer.path("digest").asString()));
    if (!whole) {
      status(400).answer(exchange);
      return;
    }
    var digest = Digest.sha256(bytes);
    manifests.put(path, bytes);
    manifests.put(path.substring(0, path.lastIndexOf('/') + 1) + digest, bytes);
    status(201, "Docker-Content-Digest", digest.toString()).answer(exchange);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package dev.fovea.rollouts.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A gateway and its controller: accepts HTTPRoutes, and sends requests the way they say to the
 * ready endpoints of their Services. Like the one it was modelled on it accepts a filter that it
 * doesn't know and answers 500.
 */
public final class FakeGateway implements AutoCloseable {
  private final FakeApiServer api;
  private final HttpServer http;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What its controller says of the next routes. */
  public enum Mood {
    ACCEPTS,
    REFUSES,
    SAYS_NOTHING
  }

  public volatile Mood mood = Mood.ACCEPTS;

  /** A share that goes to the arm with the smaller weight above 0, whatever the weights say. */
  public volatile OptionalInt share = OptionalInt.empty();

  public FakeGateway(FakeApiServer api) {
    this.api = api;
    api.listen(this::changed);
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    http.createContext("/", this::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  private void changed(String path, Optional<ObjectNode> object) {
    if (!path.contains("/httproutes/") || object.isEmpty() || mood == Mood.SAYS_NOTHING) {
      return;
    }
    var generation = object.get().path("metadata").path("generation").asLong();
    var refused = Map.of("reason", "RefNotPermitted", "message", "it does not like it");
    var conditions = new ArrayList<Map<String, Object>>();
    for (var type : List.of("Accepted", "ResolvedRefs")) {
      boolean good = mood == Mood.ACCEPTS || type.equals("Accepted");
      var condition = new HashMap<String, Object>(refused);
      condition.put("type", type);
      condition.put("status", good ? "True" : "False");
      condition.put("observedGeneration", generation);
      conditions.add(condition);
    }
    api.status(
        path,
        Cluster.JSON.valueToTree(
            Map.of(
                "parents",
                List.of(
                    Map.of(
                        "parentRef",
                        Map.of("name", "fovea", "namespace", "models"),
                        "controllerName",
                        "example.com/fake",
                        "conditions",
                        conditions)))));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var path = exchange.getRequestURI().getRawPath();
      var rule = rule(path);
      if (rule.isEmpty()) {
        answer(exchange, 404, new byte[0]);
      } else if (rule.get()
          .path("filters")
          .valueStream()
          .anyMatch(filter -> filter.path("type").asString("").equals("RequestMirror"))) {
        answer(exchange, 500, new byte[0]);
      } else {
        forward(exchange, endpoint(rule.get()), path, body);
      }
    }
  }

  private Optional<JsonNode> rule(String path) {
    JsonNode best = null;
    int length = -1;
    for (var route : api.all("httproutes")) {
      for (var rule : route.path("spec").path("rules")) {
        for (var match : rule.path("matches")) {
          var value = match.path("path").path("value").asString("");
          boolean exact = match.path("path").path("type").asString("").equals("Exact");
          boolean fits = exact ? path.equals(value) : (path + "/").startsWith(value + "/");
          int weight = exact ? Integer.MAX_VALUE : value.length();
          if (fits && weight > length) {
            best = rule;
            length = weight;
          }
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private Optional<URI> endpoint(JsonNode rule) {
    var refs = rule.path("backendRefs").valueStream().toList();
    int sum = refs.stream().mapToInt(ref -> ref.path("weight").asInt(1)).sum();
    if (sum == 0) {
      return Optional.empty();
    }
    int lot = ThreadLocalRandom.current().nextInt(sum);
    if (share.isPresent() && refs.size() == 2) {
      boolean canary = ThreadLocalRandom.current().nextInt(100) < share.getAsInt();
      return ready(refs.get(canary ? 1 : 0).path("name").asString(""));
    }
    for (var ref : refs) {
      lot -= ref.path("weight").asInt(1);
      if (lot < 0) {
        return ready(ref.path("name").asString(""));
      }
    }
    throw new AssertionError("no lot");
  }

  private Optional<URI> ready(String service) {
    return api.all("endpointslices").stream()
        .filter(slice -> Cluster.name(slice).equals(service))
        .filter(slice ->
            slice.path("endpoints").path(0).path("conditions").path("ready").asBoolean(false))
        .map(slice ->
            URI.create(
                "http://%s:%d"
                    .formatted(
                        slice.path("endpoints").path(0).path("addresses").path(0).asString(""),
                        slice.path("ports").path(0).path("port").asInt())))
        .findFirst();
  }

  private void forward(HttpExchange exchange, Optional<URI> endpoint, String path, byte[] body)
      throws IOException {
    if (endpoint.isEmpty()) {
      answer(exchange, 503, new byte[0]);
      return;
    }
    var request =
        HttpRequest.newBuilder(URI.create(endpoint.get() + path))
            .method(
                exchange.getRequestMethod(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type"))
        .ifPresent(type -> request.header("Content-Type", type));
    try {
      var response = client.send(request.build(), BodyHandlers.ofByteArray());
      answer(exchange, response.statusCode(), response.body());
    } catch (IOException _) {
      answer(exchange, 502, new byte[0]);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    http.stop(0);
    client.shutdownNow();
  }
}

package dev.fovea.rollouts.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Kubernetes API server as far as a client of a few kinds can tell: resource versions and
 * generations, conflicts, server-side apply with field ownership, label selectors, pages,
 * preconditions; and every fault that is asked for.
 */
public final class FakeApiServer implements AutoCloseable {
  private final HttpServer http;
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final Map<String, ObjectNode> applied = new HashMap<>();
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<String, Optional<ObjectNode>>> listeners =
      new CopyOnWriteArrayList<>();

  /** Every {@code group/resource verb} that was asked for. */
  public final Set<String> verbs = new ConcurrentSkipListSet<>();

  /** Every write that took effect, as {@code VERB path}. */
  public final List<String> writes = new CopyOnWriteArrayList<>();

  private long version = 1000;
  public volatile boolean down;
  public volatile int page = Integer.MAX_VALUE;

  /** What happens instead of an answer, or to it. */
  public enum Mishap {
    STATUS,
    LOST_AFTER_IT_WAS_DONE
  }

  /** One fault, so many times. */
  private static final class Fault {
    final BiPredicate<String, String> when;
    final Mishap mishap;
    final int status;
    final Map<String, String> headers;
    int left;

    Fault(
        BiPredicate<String, String> when,
        Mishap mishap,
        int status,
        Map<String, String> headers,
        int left) {
      this.when = when;
      this.mishap = mishap;
      this.status = status;
      this.headers = headers;
      this.left = left;
    }
  }

  public FakeApiServer() {
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    http.createContext("/", this::handle);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.start();
  }

  /** A client of it. */
  public Cluster client() {
    return new Cluster(Config.fromUrl("http://127.0.0.1:" + http.getAddress().getPort(), false));
  }

  /** Answers the next {@code times} such requests with a status. */
  public void answer(int status, int times, String method, String part, String... headers) {
    var given = new HashMap<String, String>();
    for (int i = 0; i < headers.length; i += 2) {
      given.put(headers[i], headers[i + 1]);
    }
    faults.add(
        new Fault(
            (verb, path) -> verb.equals(method) && path.contains(part),
            Mishap.STATUS,
            status,
            given,
            times));
  }

  /** Does what the next such request asks for, and never says so. */
  public void loseTheAnswer(String method, String part) {
    faults.add(
        new Fault(
            (verb, path) -> verb.equals(method) && path.contains(part),
            Mishap.LOST_AFTER_IT_WAS_DONE,
            0,
            Map.of(),
            1));
  }

  public void recover() {
    faults.clear();
    down = false;
  }

  /** Called with each object's path after it changed; empty when it is gone. */
  public void listen(BiConsumer<String, Optional<ObjectNode>> listener) {
    listeners.add(listener);
  }

  /** One object as it is now. */
  public synchronized Optional<ObjectNode> find(String path) {
    return Optional.ofNullable(objects.get(path)).map(ObjectNode::deepCopy);
  }

  public synchronized List<ObjectNode> all(String plural) {
    return objects.entrySet().stream()
        .filter(each -> each.getKey().contains("/" + plural + "/"))
        .map(each -> each.getValue().deepCopy())
        .toList();
  }

  /** What somebody else does: a controller, or a person with kubectl. */
  public void put(String path, ObjectNode object) {
    store(path, object, true);
  }

  /** The same for its status alone, which is no change of the object's generation. */
  public void status(String path, JsonNode status) {
    ObjectNode changed;
    synchronized (this) {
      var there = objects.get(path);
      if (there == null) {
        return;
      }
      changed = there.deepCopy();
      changed.set("status", status);
      objects.put(path, versioned(changed));
    }
  }

  public void remove(String path) {
    synchronized (this) {
      objects.remove(path);
      applied.remove(path);
    }
    listeners.forEach(listener -> listener.accept(path, Optional.empty()));
  }

  private ObjectNode store(String path, ObjectNode object, boolean tell) {
    ObjectNode stored;
    synchronized (this) {
      var before = Optional.ofNullable(objects.get(path));
      stored = object.deepCopy();
      var metadata = (ObjectNode) stored.path("metadata");
      metadata.put(
          "uid",
          before
              .map(each -> each.path("metadata").path("uid").asString())
              .orElseGet(() -> UUID.randomUUID().toString()));
      metadata.put(
          "creationTimestamp",
          before
              .map(each -> each.path("metadata").path("creationTimestamp").asString())
              .orElseGet(() -> Instant.now().toString()));
      long generation =
          before.map(each -> each.path("metadata").path("generation").asLong()).orElse(0L);
      boolean changed = before.isEmpty() || !before.get().path("spec").equals(stored.path("spec"));
      metadata.put("generation", changed ? generation + 1 : generation);
      before.ifPresent(each -> {
        if (each.has("status")) {
          stored.set("status", each.path("status"));
        }
      });
      if (before.isPresent() && same(before.get(), stored)) {
        return before.get().deepCopy();
      }
      objects.put(path, versioned(stored));
    }
    if (tell) {
      listeners.forEach(listener -> listener.accept(path, Optional.of(stored.deepCopy())));
    }
    return find(path).orElse(stored);
  }

  private static boolean same(ObjectNode one, ObjectNode other) {
    var left = one.deepCopy();
    var right = other.deepCopy();
    ((ObjectNode) left.path("metadata")).remove("resourceVersion");
    ((ObjectNode) right.path("metadata")).remove("resourceVersion");
    return left.equals(right);
  }

  private ObjectNode versioned(ObjectNode object) {
    ((ObjectNode) object.path("metadata")).put("resourceVersion", Long.toString(++version));
    return object;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (down) {
        return; // the connection ends without a word
      }
      var method = exchange.getRequestMethod();
      var path = exchange.getRequestURI().getPath();
      var body = exchange.getRequestBody().readAllBytes();
      record(method, path);
      var fault = due(method, path);
      if (fault.isPresent() && fault.get().mishap == Mishap.STATUS) {
        fault.get().headers.forEach(exchange.getResponseHeaders()::set);
        send(exchange, fault.get().status, error(fault.get().status, "scripted", ""));
        return;
      }
      var reply = serve(exchange, method, path, body);
      if (fault.isEmpty()) {
        send(exchange, reply.status(), reply.body());
      }
    } catch (RuntimeException e) {
      e.printStackTrace();
      throw e;
    }
  }

  private Optional<Fault> due(String method, String path) {
    for (var fault : faults) {
      synchronized (fault) {
        if (fault.left > 0 && fault.when.test(method, path)) {
          fault.left--;
          return Optional.of(fault);
        }
      }
    }
    return Optional.empty();
  }

  private void record(String method, String path) {
    var parts = Arrays.asList(path.substring(1).split("/"));
    int namespaces = parts.indexOf("namespaces");
    var group = parts.getFirst().equals("api") ? "" : parts.get(1);
    boolean item = parts.size() > namespaces + 3;
    var verb =
        switch (method) {
          case "GET" -> item ? "get" : "list";
          case "POST" -> "create";
          case "PUT" -> "update";
          case "PATCH" -> "patch";
          case "DELETE" -> "delete";
          default -> method;
        };
    verbs.add("%s/%s %s".formatted(group, parts.get(namespaces + 2), verb));
    if (verb.equals("patch") && find(path).isEmpty()) {
      verbs.add("%s/%s create".formatted(group, parts.get(namespaces + 2)));
    }
  }

  private record Reply(int status, JsonNode body) {}

  private Reply serve(HttpExchange exchange, String method, String path, byte[] body) {
    var query = query(exchange);
    return switch (method) {
      case "GET" ->
          path.matches(".*/namespaces/[^/]+/[^/]+")
              ? list(path, query)
              : find(path).map(found -> new Reply(200, found)).orElseGet(() -> missing(path));
      case "POST" -> create(path, tree(body));
      case "PUT" -> replace(path, tree(body));
      case "PATCH" -> apply(exchange, path, tree(body), query);
      case "DELETE" -> delete(path, tree(body));
      default -> new Reply(405, error(405, method, ""));
    };
  }

  private Reply list(String path, Map<String, String> query) {
    var wanted = new HashMap<String, String>();
    for (var each : query.getOrDefault("labelSelector", "").split(",")) {
      var pair = each.split("=", 2);
      if (pair.length == 2) {
        wanted.put(pair[0], pair[1]);
      }
    }
    int from = Integer.parseInt(query.getOrDefault("continue", "0"));
    var found = new ArrayList<ObjectNode>();
    synchronized (this) {
      objects.forEach((key, object) -> {
        var labels = object.path("metadata").path("labels");
        if (key.startsWith(path + "/")
            && wanted.entrySet().stream()
                .allMatch(
                    each -> labels.path(each.getKey()).asString("").equals(each.getValue()))) {
          found.add(object.deepCopy());
        }
      });
    }
    var answer = Cluster.JSON.createObjectNode();
    int to = Math.min(found.size(), from + page);
    answer.putObject("metadata").put("continue", to < found.size() ? Integer.toString(to) : "");
    answer.set("items", Cluster.JSON.valueToTree(found.subList(from, to)));
    return new Reply(200, answer);
  }

  private Reply create(String collection, ObjectNode object) {
    var path = collection + "/" + Cluster.name(object);
    synchronized (this) {
      if (objects.containsKey(path)) {
        return new Reply(409, error(409, "AlreadyExists", path));
      }
    }
    writes.add("POST " + path);
    return new Reply(201, store(path, object, true));
  }

  private Reply replace(String path, ObjectNode object) {
    synchronized (this) {
      var there = objects.get(path);
      if (there == null) {
        return missing(path);
      }
      if (!there
          .path("metadata")
          .path("resourceVersion")
          .equals(object.path("metadata").path("resourceVersion"))) {
        return new Reply(409, error(409, "Conflict", path));
      }
    }
    writes.add("PUT " + path);
    return new Reply(200, store(path, object, true));
  }

  /** Sets what is given, and takes back what the same manager gave before and doesn't now. */
  private Reply apply(
      HttpExchange exchange, String path, ObjectNode given, Map<String, String> query) {
    var type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.startsWith("application/apply-patch+yaml")) {
      return new Reply(415, error(415, "UnsupportedMediaType " + type, path));
    }
    if (query.getOrDefault("fieldManager", "").isEmpty()) {
      return new Reply(422, error(422, "fieldManager is required", path));
    }
    ObjectNode merged;
    synchronized (this) {
      merged =
          Optional.ofNullable(objects.get(path))
              .map(ObjectNode::deepCopy)
              .orElseGet(given::deepCopy);
      Optional.ofNullable(applied.put(path, given.deepCopy()))
          .ifPresent(before -> takeBack(merged, before, given));
      merge(merged, given);
    }
    writes.add("PATCH " + path);
    return new Reply(200, store(path, merged, true));
  }

  private static void takeBack(ObjectNode from, JsonNode before, JsonNode now) {
    for (var each : before.properties()) {
      var name = each.getKey();
      if (!now.has(name)) {
        from.remove(name);
      } else if (each.getValue().isObject() && from.path(name) instanceof ObjectNode deeper) {
        takeBack(deeper, each.getValue(), now.path(name));
      }
    }
  }

  private static void merge(ObjectNode into, JsonNode given) {
    for (var each : given.properties()) {
      if (each.getValue().isObject() && into.path(each.getKey()) instanceof ObjectNode deeper) {
        merge(deeper, each.getValue());
      } else {
        into.set(each.getKey(), each.getValue().deepCopy());
      }
    }
  }

  private Reply delete(String path, JsonNode options) {
    synchronized (this) {
      var there = objects.get(path);
      if (there == null) {
        return missing(path);
      }
      var uid = options.path("preconditions").path("uid").asString("");
      if (!uid.isEmpty() && !uid.equals(there.path("metadata").path("uid").asString(""))) {
        return new Reply(409, error(409, "Conflict", path));
      }
    }
    writes.add("DELETE " + path);
    remove(path);
    return new Reply(200, Cluster.JSON.createObjectNode().put("status", "Success"));
  }

  private static Reply missing(String path) {
    return new Reply(404, error(404, "NotFound", path));
  }

  private static ObjectNode error(int status, String reason, String path) {
    var error = Cluster.JSON.createObjectNode();
    error.put("kind", "Status").put("code", status).put("reason", reason);
    error.put("message", "%s: %s".formatted(reason, path));
    error.putObject("details").put("name", path.substring(path.lastIndexOf('/') + 1));
    return error;
  }

  private static ObjectNode tree(byte[] body) {
    return body.length == 0
        ? Cluster.JSON.createObjectNode()
        : (ObjectNode) Cluster.JSON.readTree(body);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    var query = new HashMap<String, String>();
    var raw = exchange.getRequestURI().getRawQuery();
    for (var each : raw == null ? new String[0] : raw.split("&")) {
      var pair = each.split("=", 2);
      query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return query;
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    var bytes = Cluster.JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

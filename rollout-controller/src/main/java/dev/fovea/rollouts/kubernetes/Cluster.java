package dev.fovea.rollouts.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.Pair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Kubernetes API as far as it is needed, over the official client's connection and credentials.
 * Objects are JSON trees: what the server knows of an object and this code doesn't is kept when it
 * is written back. (The client's own server-side apply writes an untyped object without its {@code
 * spec}.)
 *
 * <p>What may pass is tried again: a broken connection, 429 and 5xx, after as long as the server
 * asks for. Every request may be repeated: a create that was done before its answer was lost is
 * found existing, a replace is refused by its resource version.
 */
public final class Cluster {
  private static final String FIELD_MANAGER = "fovea-rollouts";

  /** Reads and writes trees. */
  public static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int PAGE = 500;
  private static final int RESTARTS = 3;

  private final Connection connection;

  /** Over a connection that is configured. */
  public Cluster(ApiClient client) {
    this(new Connection(() -> client));
  }

  private Cluster(Connection connection) {
    this.connection = connection;
  }

  /**
   * By a kubeconfig file, or as the pod that this process runs in. Connects when it is first asked:
   * the client's first use loads a thousand classes, for which no start should wait.
   */
  public static Cluster connect(@Nullable Path kubeconfig) {
    return new Cluster(Connection.to(kubeconfig));
  }

  /** One object, if it is there. */
  public Optional<ObjectNode> find(Kind kind, String namespace, String name) {
    var what = "get %s %s/%s".formatted(kind.title, namespace, name);
    var reply =
        connection.send(what, "GET", kind.path(namespace) + "/" + name, List.of(), null, null);
    return reply.status() == 404 && named(reply)
        ? Optional.empty()
        : Optional.of(object(what, reply));
  }

  /** All that carry these labels. */
  public List<ObjectNode> list(Kind kind, String namespace, String selector) {
    var what = "list %s in %s".formatted(kind.plural(), namespace);
    for (int i = 0; i < RESTARTS; i++) {
      var found = pages(what, kind, namespace, selector);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new ClusterUnreachable(what, "its pages expired while they were read, several times");
  }

  private Optional<List<ObjectNode>> pages(
      String what, Kind kind, String namespace, String selector) {
    var all = new ArrayList<ObjectNode>();
    var more = "";
    do {
      var query = new ArrayList<Pair>();
      query.add(new Pair("labelSelector", selector));
      query.add(new Pair("limit", Integer.toString(PAGE)));
      if (!more.isEmpty()) {
        query.add(new Pair("continue", more));
      }
      var reply = connection.send(what, "GET", kind.path(namespace), query, null, null);
      if (reply.status() == 410) {
        return Optional.empty(); // the place in the list is too old: from the beginning
      }
      var page = object(what, reply);
      page.path("items").forEach(item -> all.add((ObjectNode) item));
      more = page.path("metadata").path("continue").asString("");
    } while (!more.isEmpty());
    return Optional.of(all);
  }

  /**
   * Makes an object.
   *
   * @return empty when there is one of this name
   */
  public Optional<ObjectNode> create(Kind kind, ObjectNode object) {
    var what = "create " + describe(kind, object);
    var reply =
        connection.send(
            what, "POST", kind.path(namespace(object)), manager(), object, "application/json");
    return reply.status() == 409 ? Optional.empty() : Optional.of(object(what, reply));
  }

  /** Makes the object as given, or makes an existing one so; leaves fields that aren't given. */
  public ObjectNode apply(Kind kind, ObjectNode object) {
    var what = "apply " + describe(kind, object);
    var query = new ArrayList<>(manager());
    query.add(new Pair("force", "true"));
    return object(
        what,
        connection.send(
            what,
            "PATCH",
            kind.path(namespace(object)) + "/" + name(object),
            query,
            object,
            "application/apply-patch+yaml"));
  }

  /**
   * Writes an object back, if it is still as it was read.
   *
   * @return empty when somebody has changed or deleted it meanwhile
   */
  public Optional<ObjectNode> replace(Kind kind, ObjectNode object) {
    var what = "replace " + describe(kind, object);
    if (object.path("metadata").path("resourceVersion").asString("").isEmpty()) {
      throw new IllegalArgumentException(what + " without a resource version");
    }
    var reply =
        connection.send(
            what,
            "PUT",
            kind.path(namespace(object)) + "/" + name(object),
            manager(),
            object,
            "application/json");
    return reply.status() == 409 || reply.status() == 404
        ? Optional.empty()
        : Optional.of(object(what, reply));
  }

  /** Deletes this very object; what is there under its name since then stays. */
  public void delete(Kind kind, ObjectNode object) {
    var what = "delete " + describe(kind, object);
    var options =
        JSON.valueToTree(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "DeleteOptions",
                "propagationPolicy",
                "Foreground",
                "preconditions",
                Map.of("uid", object.path("metadata").path("uid").asString(""))));
    var reply =
        connection.send(
            what,
            "DELETE",
            kind.path(namespace(object)) + "/" + name(object),
            List.of(),
            options,
            "application/json");
    if (reply.status() != 404 && reply.status() != 409) {
      object(what, reply);
    }
  }

  /** Waits about so long. */
  public static void sleep(String what, Duration pause) {
    try {
      // Half of it and a random rest, so that many don't come back at the same moment.
      long millis = pause.toMillis();
      Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterUnreachable(what, "interrupted");
    }
  }

  private static ObjectNode object(String what, Connection.Reply reply) {
    if (reply.status() < 300 && reply.body() instanceof ObjectNode object) {
      return object;
    }
    var fix =
        switch (reply.status()) {
          case 401, 403 -> "give the controller's account the rights in its rbac.yaml";
          case 404 -> "see whether the namespace and the Gateway API's resources are there";
          default -> "correct what the message names, in fovea.rollouts.kubernetes";
        };
    throw new ClusterRefused(what, reply.message(), fix);
  }

  /** Whether it is the object that isn't there, rather than its kind or the path. */
  private static boolean named(Connection.Reply reply) {
    return reply.body().path("reason").asString("").equals("NotFound")
        && !reply.body().path("details").path("name").asString("").isEmpty();
  }

  private static List<Pair> manager() {
    return List.of(new Pair("fieldManager", FIELD_MANAGER));
  }

  private static String describe(Kind kind, JsonNode object) {
    return "%s %s/%s".formatted(kind.title, namespace(object), name(object));
  }

  /** An object's name. */
  public static String name(JsonNode object) {
    return object.path("metadata").path("name").asString("");
  }

  /** An object's namespace. */
  public static String namespace(JsonNode object) {
    return object.path("metadata").path("namespace").asString("");
  }
}

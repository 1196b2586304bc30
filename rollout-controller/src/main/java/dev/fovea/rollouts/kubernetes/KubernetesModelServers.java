package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.servers.NotReadyYet;
import dev.fovea.rollouts.servers.Served;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs each as a Deployment with a Service. A server is there when its endpoints are ready, which
 * they are after its warm-up. Its objects are read at each call and repaired where a field that
 * matters was changed.
 */
public final class KubernetesModelServers implements ModelServers {
  private final Cluster cluster;
  private final KubernetesProperties properties;
  private final Manifests manifests;
  private final PodTroubles troubles;
  private final Clock clock;
  // Those that were whole once. They may lose a pod of several and still answer.
  private final Set<Digest> seenWhole = ConcurrentHashMap.newKeySet();

  /**
   * Servers in the configured namespace.
   *
   * @param references how whoever made an image names it
   */
  public KubernetesModelServers(
      Cluster cluster,
      KubernetesProperties properties,
      BiFunction<Served, Digest, String> references,
      Clock clock) {
    this.cluster = cluster;
    this.properties = properties;
    this.clock = clock;
    manifests = new Manifests(properties, references);
    troubles = new PodTroubles(cluster, properties.home());
  }

  @Override
  public URI ensure(Served served) throws IOException {
    var name = Names.server(served.rollout());
    var deployment = settled(Kind.DEPLOYMENT, manifests.deployment(served));
    settled(Kind.SERVICE, manifests.service(served));
    int ready = ready(name);
    boolean current = current(deployment);
    int needed = seenWhole.contains(served.rollout()) ? 1 : properties.replicas();
    if (current && ready >= needed) {
      seenWhole.add(served.rollout());
      return address(name);
    }
    throw unready(name, deployment, ready);
  }

  /** Finds the object as wanted, or makes it so. */
  private ObjectNode settled(Kind kind, ObjectNode wanted) throws IOException {
    var there = cluster.find(kind, properties.home(), Cluster.name(wanted));
    if (there.isPresent() && ending(there.get())) {
      throw new NotReadyYet("%s %s is being deleted".formatted(kind.title, Cluster.name(wanted)));
    }
    return there.isPresent() && Manifests.holds(there.get(), wanted)
        ? there.get()
        : cluster.apply(kind, wanted);
  }

  /** Whether what is ready is what was asked for last, not pods of an older template. */
  private boolean current(JsonNode deployment) {
    var status = deployment.path("status");
    return status.path("observedGeneration").asLong(0)
            >= deployment.path("metadata").path("generation").asLong(0)
        && status.path("updatedReplicas").asInt(0) >= 1
        && status.path("updatedReplicas").asInt(0) == status.path("replicas").asInt(0);
  }

  private int ready(String name) {
    return (int) Endpoints.of(cluster, properties.home(), name).filter(Endpoints::ready).count();
  }

  private IOException unready(String name, JsonNode deployment, int ready) {
    var trouble = troubles.of(name);
    var why = "%d of %d pods are ready%s".formatted(ready, properties.replicas(), trouble.text());
    if (trouble.hopeless()) {
      throw new ServerFailed(name, why);
    }
    var since = unavailableSince(deployment);
    if (since.isPresent()
        && Duration.between(since.get(), clock.instant()).compareTo(properties.readyWithin()) > 0) {
      throw new ServerFailed(
          name, "%s, for more than %d s".formatted(why, properties.readyWithin().toSeconds()));
    }
    return new NotReadyYet("%s is not ready yet: %s".formatted(name, why));
  }

  /** Since when the Deployment says so, which outlives this process. */
  private static Optional<Instant> unavailableSince(JsonNode deployment) {
    return Stream.of(deployment.path("status").path("conditions"))
        .flatMap(conditions -> conditions.valueStream())
        .filter(condition ->
            condition.path("type").asString("").equals("Available")
                && condition.path("status").asString("").equals("False"))
        .findFirst()
        .flatMap(condition -> instant(condition.path("lastTransitionTime").asString("")));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<URI> address(Digest rollout) {
    var name = Names.server(rollout);
    if (seenWhole.contains(rollout)) {
      return Optional.of(address(name));
    }
    return cluster
        .find(Kind.DEPLOYMENT, properties.home(), name)
        .filter(found -> !ending(found))
        .map(_ -> address(name));
  }

  private URI address(String name) {
    return URI.create("http://%s.%s:%d".formatted(name, properties.home(), Names.PORT));
  }

  /** Also those of which only a part is left. */
  @Override
  public Set<Digest> running() {
    var running = new HashSet<Digest>();
    for (var kind : List.of(Kind.DEPLOYMENT, Kind.SERVICE)) {
      cluster.list(kind, properties.home(), Names.OURS).stream()
          .filter(found -> !ending(found))
          .flatMap(found -> rollout(found).stream())
          .forEach(running::add);
    }
    return running;
  }

  private static Optional<Digest> rollout(JsonNode object) {
    var text = object.path("metadata").path("annotations").path(Names.ROLLOUT).asString("");
    try {
      return Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // somebody else's, or spoilt: not to be stopped by this name
    }
  }

  @Override
  public void stop(Digest rollout) {
    var name = Names.server(rollout);
    seenWhole.remove(rollout);
    for (var kind : List.of(Kind.SERVICE, Kind.DEPLOYMENT)) {
      cluster
          .find(kind, properties.home(), name)
          .filter(found -> !ending(found) && rollout(found).filter(rollout::equals).isPresent())
          .ifPresent(found -> cluster.delete(kind, found));
    }
  }

  private static boolean ending(JsonNode object) {
    return object.path("metadata").has("deletionTimestamp");
  }
}

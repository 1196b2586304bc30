package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.Kind;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the gateway's controller says of a route. */
final class RouteStatus {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Cluster cluster;
  private final KubernetesProperties properties;

  RouteStatus(Cluster cluster, KubernetesProperties properties) {
    this.cluster = cluster;
    this.properties = properties;
  }

  /** What it says of one generation. */
  sealed interface Said permits Accepted, Refused, Unknown {}

  /** It follows the route. */
  record Accepted() implements Said {}

  /** It doesn't. */
  record Refused(String why) implements Said {}

  /** It has not looked at it in time. */
  record Unknown(String why) implements Said {}

  static long generation(JsonNode route) {
    return route.path("metadata").path("generation").asLong(0);
  }

  /** Waits until the controller has looked at this generation of a route. */
  Said await(ObjectNode written) {
    var patience = properties.gateway().acceptedWithin();
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      var live = cluster.find(Kind.HTTP_ROUTE, Cluster.namespace(written), Cluster.name(written));
      if (live.isEmpty()) {
        return new Unknown("somebody deleted it");
      }
      var said = said(live.get(), generation(written));
      if (said.isPresent()) {
        return said.get();
      }
      if (System.nanoTime() - end > 0) {
        return new Unknown(
            "no controller of Gateway %s/%s has looked at generation %d for %d s"
                .formatted(
                    properties.gatewayHome(),
                    properties.gateway().name(),
                    generation(written),
                    patience.toSeconds()));
      }
      Cluster.sleep("await the route's status", PAUSE);
    }
  }

  private Optional<Said> said(JsonNode route, long generation) {
    var bad = new ArrayList<String>();
    int good = 0;
    for (var parent : route.path("status").path("parents")) {
      if (!isOurs(parent)) {
        continue;
      }
      for (var condition : parent.path("conditions")) {
        var type = condition.path("type").asString("");
        boolean matters = type.equals("Accepted") || type.equals("ResolvedRefs");
        if (!matters || condition.path("observedGeneration").asLong(0) < generation) {
          continue;
        }
        if (condition.path("status").asString("").equals("True")) {
          good++;
        } else {
          bad.add(
              "%s is %s: %s: %s"
                  .formatted(
                      type,
                      condition.path("status").asString(""),
                      condition.path("reason").asString(""),
                      condition.path("message").asString("")));
        }
      }
    }
    if (!bad.isEmpty()) {
      return Optional.of(new Refused(String.join("; ", bad)));
    }
    return good >= 2 ? Optional.of(new Accepted()) : Optional.empty();
  }

  private boolean isOurs(JsonNode parent) {
    var gateway = properties.gateway();
    var reference = parent.path("parentRef");
    boolean named =
        reference.path("name").asString("").equals(gateway.name())
            && reference
                .path("namespace")
                .asString(properties.home())
                .equals(properties.gatewayHome());
    return named
        && (gateway.controller() == null
            || parent.path("controllerName").asString("").equals(gateway.controller()));
  }
}

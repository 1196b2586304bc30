package dev.fovea.rollouts.kubernetes;

import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One address behind a Service.
 *
 * @param ready whether it should get new requests
 * @param serving whether it answers, also while it ends
 */
public record Endpoints(String address, int port, boolean ready, boolean serving) {
  /** All of a Service. */
  public static Stream<Endpoints> of(Cluster cluster, String namespace, String service) {
    return cluster
        .list(Kind.ENDPOINT_SLICE, namespace, "kubernetes.io/service-name=" + service)
        .stream()
        .flatMap(slice -> {
          int port = slice.path("ports").path(0).path("port").asInt(Names.PORT);
          return slice.path("endpoints").valueStream().map(each -> of(each, port));
        });
  }

  private static Endpoints of(JsonNode endpoint, int port) {
    var conditions = endpoint.path("conditions");
    // Absent means unknown, which the API says to take for ready.
    boolean ready = conditions.path("ready").asBoolean(true);
    return new Endpoints(
        endpoint.path("addresses").path(0).asString(""),
        port,
        ready,
        conditions.path("serving").asBoolean(ready));
  }
}

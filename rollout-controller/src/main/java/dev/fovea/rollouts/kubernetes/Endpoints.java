package dev.fovea.rollouts.kubernetes;

import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One address behind a Service.
 *
 * @param management the port where the controller speaks to it
 * @param ready whether it should get new requests
 * @param serving whether it answers, also while it ends
 */
public record Endpoints(String address, int port, int management, boolean ready, boolean serving) {
  /** All of a Service. */
  public static Stream<Endpoints> of(Cluster cluster, String namespace, String service) {
    return cluster
        .list(Kind.ENDPOINT_SLICE, namespace, "kubernetes.io/service-name=" + service)
        .stream()
        .flatMap(slice -> {
          int port = port(slice, "http", Names.PORT);
          int management = port(slice, "arm", Names.ARM_PORT);
          return slice.path("endpoints").valueStream().map(each -> of(each, port, management));
        });
  }

  private static int port(JsonNode slice, String name, int fallback) {
    return slice
        .path("ports")
        .valueStream()
        .filter(port -> port.path("name").asString("").equals(name))
        .findFirst()
        .map(port -> port.path("port").asInt(fallback))
        .orElse(fallback);
  }

  private static Endpoints of(JsonNode endpoint, int port, int management) {
    var conditions = endpoint.path("conditions");
    // Absent means unknown, which the API says to take for ready.
    boolean ready = conditions.path("ready").asBoolean(true);
    return new Endpoints(
        endpoint.path("addresses").path(0).asString(""),
        port,
        management,
        ready,
        conditions.path("serving").asBoolean(ready));
  }

  /** {@code http://host:port} on one of its ports. */
  public String url(int onPort) {
    var host = address.contains(":") ? "[" + address + "]" : address;
    return "http://%s:%d".formatted(host, onPort);
  }
}

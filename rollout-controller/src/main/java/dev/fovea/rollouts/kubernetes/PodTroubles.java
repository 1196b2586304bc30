package dev.fovea.rollouts.kubernetes;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What keeps a server's pods from being ready, in their own words. */
final class PodTroubles {
  private static final int HOPELESS_RESTARTS = 3;
  private static final int MOST_CHARS = 300;

  private final Cluster cluster;
  private final String namespace;

  PodTroubles(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /**
   * What was found.
   *
   * @param text begins with a comma, or is empty where nothing was
   * @param hopeless whether a pod has begun so often that it won't come up
   */
  record Trouble(String text, boolean hopeless) {}

  Trouble of(String server) {
    var texts = new LinkedHashSet<String>();
    boolean hopeless = false;
    for (var pod : cluster.list(Kind.POD, namespace, Names.NAME + "=" + server)) {
      unscheduled(pod).ifPresent(texts::add);
      for (var container : pod.path("status").path("containerStatuses")) {
        if (container.path("ready").asBoolean(false)) {
          continue;
        }
        waiting(container).ifPresent(texts::add);
        ended(container).ifPresent(texts::add);
        hopeless |= container.path("restartCount").asInt(0) >= HOPELESS_RESTARTS;
      }
    }
    var text = texts.isEmpty() ? "" : ", " + String.join("; ", texts);
    return new Trouble(text.substring(0, Math.min(text.length(), MOST_CHARS)), hopeless);
  }

  private static Optional<String> unscheduled(JsonNode pod) {
    return pod.path("status")
        .path("conditions")
        .valueStream()
        .filter(condition ->
            condition.path("type").asString("").equals("PodScheduled")
                && condition.path("status").asString("").equals("False"))
        .map(PodTroubles::sentence)
        .findFirst();
  }

  private static Optional<String> waiting(JsonNode container) {
    return Stream.of(container.path("state").path("waiting"))
        .filter(waiting -> waiting.has("reason"))
        .map(PodTroubles::sentence)
        .findFirst();
  }

  private static Optional<String> ended(JsonNode container) {
    return Stream.of(container.path("state"), container.path("lastState"))
        .map(state -> state.path("terminated"))
        .filter(JsonNode::isObject)
        .findFirst()
        .map(ended ->
            "its process ended %d times, last by %s (exit %d)"
                .formatted(
                    Math.max(1, container.path("restartCount").asInt(0)),
                    ended.path("reason").asString("an unknown reason"),
                    ended.path("exitCode").asInt(0)));
  }

  private static String sentence(JsonNode reasoned) {
    var message = reasoned.path("message").asString("");
    var reason = reasoned.path("reason").asString("");
    return message.isEmpty() ? reason : reason + ": " + message;
  }
}

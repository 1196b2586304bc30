package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks through the gateway, since a route that its controller has accepted need not work: one data
 * plane accepts filters that it doesn't know and answers every request with 500.
 */
final class RouteProbe {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int ASKED = 5;
  private static final int BAD = 3;

  private final Doors doors;
  private final KubernetesProperties properties;

  RouteProbe(Doors doors, KubernetesProperties properties) {
    this.doors = doors;
    this.properties = properties;
  }

  /**
   * Waits until an arm's version answers.
   *
   * @param path of the version
   * @return what kept it from answering
   */
  Optional<String> reaches(String path, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      var status = status(path + "/ready");
      if (status.equals("200")) {
        return Optional.empty();
      }
      if (System.nanoTime() - end > 0) {
        return Optional.of("GET %s/ready through the gateway: %s".formatted(path, status));
      }
      Cluster.sleep("probe " + path, PAUSE);
    }
  }

  /**
   * Whether a path works, whatever it answers to a GET: most of a few tries come back with less
   * than 500. One bad answer may be a pod's that just ends.
   */
  Optional<String> works(String path) {
    int bad = 0;
    var last = "";
    for (int i = 0; i < ASKED; i++) {
      var status = status(path);
      if (!status.matches("[1-4]..")) {
        bad++;
        last = status;
      } else if (bad == 0) {
        return Optional.empty();
      }
    }
    return bad < BAD
        ? Optional.empty()
        : Optional.of("%d of %d probes of %s: %s".formatted(bad, ASKED, path, last));
  }

  private String status(String path) {
    try {
      var gateway = properties.gateway();
      var reply = doors.get(gateway.url() + path, Doors.first(gateway.hostnames()));
      return Integer.toString(reply.status());
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}

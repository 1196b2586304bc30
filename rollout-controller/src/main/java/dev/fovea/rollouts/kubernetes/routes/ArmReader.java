package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.Endpoints;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** Reads what the pods of a model server count, all of them or none. */
final class ArmReader {
  private static final int OK = 200;

  private final Pods pods;
  private final Doors doors;

  ArmReader(Pods pods, Doors doors) {
    this.pods = pods;
    this.doors = doors;
  }

  /**
   * One reading a pod that answers requests, also of those that end; empty where there is none.
   *
   * @throws ClusterUnreachable when one of them can't be read
   */
  List<Reading> read(String server) {
    return pods.ask("the counts", server, this::read);
  }

  private Reading read(Endpoints pod) throws IOException {
    var url = pod.url(pod.port()) + "/arm";
    var reply = doors.get(url, Optional.empty());
    if (reply.status() != OK) {
      throw new IOException("%s: HTTP %d".formatted(url, reply.status()));
    }
    try {
      return Cluster.JSON.readValue(reply.body(), Reading.class);
    } catch (JacksonException e) {
      throw new IOException("%s: no counts: %s".formatted(url, e.getOriginalMessage()), e);
    }
  }
}

package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.Endpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.core.JacksonException;

/** Reads what the pods of a model server count, all of them or none. */
final class ArmReader implements AutoCloseable {
  private static final int OK = 200;

  private final Cluster cluster;
  private final String namespace;
  private final Doors doors;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  ArmReader(Cluster cluster, String namespace, Doors doors) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.doors = doors;
  }

  /**
   * One reading a pod that answers requests, also of those that end; empty where there is none.
   *
   * @throws ClusterUnreachable when one of them can't be read
   */
  List<Reading> read(String server) {
    var calls =
        Endpoints.of(cluster, namespace, server)
            .filter(Endpoints::serving)
            .<Callable<Reading>>map(endpoint -> () -> read(endpoint))
            .toList();
    var readings = new ArrayList<Reading>();
    try {
      for (Future<Reading> reading : threads.invokeAll(calls)) {
        readings.add(reading.get());
      }
    } catch (ExecutionException e) {
      throw new ClusterUnreachable("the counts of " + server, String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ClusterUnreachable("the counts of " + server, "interrupted");
    }
    return readings;
  }

  private Reading read(Endpoints endpoint) throws IOException {
    var host =
        endpoint.address().contains(":") ? "[" + endpoint.address() + "]" : endpoint.address();
    var url = "http://%s:%d/arm".formatted(host, endpoint.port());
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

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

package dev.fovea.rollouts.servers;

import dev.fovea.kernel.Digest;
import dev.fovea.serving.CaptureSettings;
import dev.fovea.serving.FrameSink;
import dev.fovea.serving.ModelServer;
import dev.fovea.serving.ModelServerConfig;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Runs them in this process, each on a port of loopback. They end with it. */
public final class InProcessModelServers implements ModelServers, AutoCloseable {
  private final ObjectStore objects;
  private final Function<Served, FrameSink> sinks;
  private final Map<Digest, ModelServer> servers = new ConcurrentHashMap<>();

  /**
   * @param sinks where each server's frames go
   */
  public InProcessModelServers(ObjectStore objects, Function<Served, FrameSink> sinks) {
    this.objects = objects;
    this.sinks = sinks;
  }

  @Override
  public synchronized URI ensure(Served served) throws IOException {
    var running = servers.get(served.rollout());
    if (running != null) {
      return running.uri();
    }
    var plan = served.plan();
    // The file is read whole while the server starts; it isn't needed afterwards.
    try (var file = objects.local(plan.variant())) {
      var config =
          ModelServerConfig.of(
                  file.path(),
                  plan.model(),
                  Integer.toString(plan.number()),
                  plan.classes(),
                  plan.preprocess())
              .detecting(plan.detector())
              .capturing(
                  CaptureSettings.of(plan.feedback().unsureBelow(), plan.feedback().auditShare()),
                  sinks.apply(served));
      var server = ModelServer.start(config);
      servers.put(served.rollout(), server);
      return server.uri();
    }
  }

  @Override
  public Optional<URI> address(Digest rollout) {
    return Optional.ofNullable(servers.get(rollout)).map(ModelServer::uri);
  }

  @Override
  public Set<Digest> running() {
    return Set.copyOf(servers.keySet());
  }

  @Override
  public void stop(Digest rollout) {
    var server = servers.remove(rollout);
    if (server != null) {
      server.close();
    }
  }

  /** Stops all of them. */
  @Override
  public void close() {
    running().forEach(this::stop);
  }
}

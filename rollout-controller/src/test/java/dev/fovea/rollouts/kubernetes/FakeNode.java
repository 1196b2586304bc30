package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.serving.ContainerCapture;
import dev.fovea.serving.ModelServer;
import dev.fovea.serving.ModelServerConfig;
import dev.fovea.serving.ModelServerMain;
import dev.fovea.serving.shadow.ShadowSettings;
import dev.fovea.serving.shadow.ShadowTarget;
import dev.fovea.serving.shadow.ShadowToken;
import dev.fovea.store.ObjectStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What makes Deployments run: for each it starts a real model server in this process, in place of
 * its image, and tells the API server of its endpoint. Kinds of trouble on demand.
 */
public final class FakeNode implements AutoCloseable {
  private final FakeApiServer api;
  private final ObjectStore objects;
  private final Map<String, ModelServer> servers = new ConcurrentHashMap<>();
  private final Map<String, URI> services = new ConcurrentHashMap<>();
  private final Map<String, FakeArmDoor> doors = new ConcurrentHashMap<>();
  private final Map<String, Content> images = new ConcurrentHashMap<>();

  /** While set, no pod becomes ready, and says this. */
  public volatile Optional<String> trouble = Optional.empty();

  public volatile int restarts;

  /** The Secrets of its namespace: {@code NAME/KEY} and what is there. */
  public final Map<String, String> secrets =
      new ConcurrentHashMap<>(Map.of("fovea-models/arm-token", TestCluster.ARM_TOKEN));

  /** What pods wrote. */
  public final List<String> logs = new CopyOnWriteArrayList<>();

  /** What is in an image. */
  private record Content(Digest model, String version) {}

  public FakeNode(FakeApiServer api, ObjectStore objects) {
    this.api = api;
    this.objects = objects;
    api.listen(this::changed);
  }

  /** Fills an image. */
  public void image(Digest image, Digest model, int version) {
    images.put(image.toString(), new Content(model, Integer.toString(version)));
  }

  private void changed(String path, Optional<ObjectNode> object) {
    if (!path.contains("/deployments/")) {
      return;
    }
    var name = path.substring(path.lastIndexOf('/') + 1);
    if (object.isEmpty()) {
      api.remove(slice(path, name));
      api.remove(pod(path, name));
      end(name);
      return;
    }
    look(path, object.get());
  }

  /** Looks again at all Deployments, after trouble has come or gone. */
  public void look() {
    for (var deployment : api.all("deployments")) {
      look(
          Kind.DEPLOYMENT.path(Cluster.namespace(deployment)) + "/" + Cluster.name(deployment),
          deployment);
    }
  }

  private void look(String path, ObjectNode deployment) {
    var name = Cluster.name(deployment);
    var container =
        deployment.path("spec").path("template").path("spec").path("containers").path(0);
    boolean well = trouble.isEmpty();
    if (well) {
      servers.computeIfAbsent(name, _ -> start(name, container));
    }
    var since =
        api.find(path)
            .map(each -> each.path("status").path("conditions").path(0).path("lastTransitionTime"))
            .map(each -> each.asString(""))
            .filter(each -> !each.isEmpty())
            .orElseGet(() -> Instant.now().toString());
    api.status(
        path,
        Cluster.JSON.valueToTree(
            Map.of(
                "observedGeneration",
                api.find(path).orElse(deployment).path("metadata").path("generation").asLong(),
                "replicas",
                1,
                "updatedReplicas",
                1,
                "conditions",
                List.of(
                    Map.of(
                        "type",
                        "Available",
                        "status",
                        well ? "True" : "False",
                        "lastTransitionTime",
                        since)))));
    pods(path, name, well);
    if (servers.containsKey(name)) {
      api.put(slice(path, name), slice(deployment, name, well));
    }
  }

  /** As though a Deployment had been without a ready pod since then. */
  public void unavailableSince(String name, Instant since) {
    var path = Kind.DEPLOYMENT.path("models") + "/" + name;
    var status = (ObjectNode) api.find(path).orElseThrow().path("status").deepCopy();
    ((ObjectNode) status.path("conditions").path(0)).put("lastTransitionTime", since.toString());
    api.status(path, status);
  }

  private ObjectNode slice(ObjectNode deployment, String name, boolean ready) {
    var address = servers.get(name).uri();
    return Cluster.JSON.valueToTree(
        Map.of(
            "metadata",
            Map.of(
                "name",
                name,
                "namespace",
                Cluster.namespace(deployment),
                "labels",
                Map.of("kubernetes.io/service-name", name)),
            "ports",
            ports(name, address.getPort()),
            "endpoints",
            List.of(
                Map.of(
                    "addresses",
                    List.of(address.getHost()),
                    "conditions",
                    Map.of("ready", ready, "serving", ready)))));
  }

  private List<Map<String, Object>> ports(String name, int http) {
    var ports = new ArrayList<Map<String, Object>>();
    ports.add(Map.of("name", "http", "port", http));
    Optional.ofNullable(doors.get(name))
        .ifPresent(door -> ports.add(Map.of("name", "arm", "port", door.port())));
    return ports;
  }

  private void pods(String path, String name, boolean well) {
    api.put(
        pod(path, name),
        Cluster.JSON.valueToTree(
            Map.of(
                "metadata",
                Map.of("name", name, "namespace", "models", "labels", Map.of(Names.NAME, name)))));
    api.status(
        pod(path, name),
        Cluster.JSON.valueToTree(
            Map.of(
                "containerStatuses",
                List.of(
                    well
                        ? Map.of("ready", true, "restartCount", restarts)
                        : Map.of(
                            "ready",
                            false,
                            "restartCount",
                            restarts,
                            "state",
                            Map.of("waiting", Map.of("reason", trouble.orElseThrow())))))));
  }

  private ModelServer start(String name, JsonNode container) {
    var image = container.path("image").asString();
    var environment = environment(container);
    var content = images.get(image.substring(image.indexOf('@') + 1));
    if (content == null) {
      throw new AssertionError("nothing is in the image " + image);
    }
    try (var file = objects.local(content.model())) {
      var config =
          ModelServerConfig.of(
                  file.path(),
                  TestModels.LAMP,
                  content.version(),
                  List.of("dark", "bright"),
                  TestModels.GREY_4X4)
              .behind(environment.getOrDefault(ModelServerMain.PATH_PREFIX, ""))
              .shadowing(shadow(environment));
      var server = ModelServer.start(ContainerCapture.of(config, environment, logs::add));
      server
          .managementAddress()
          .ifPresent(behind -> doors.put(name, new FakeArmDoor(behind, services)));
      services.put(name, server.uri());
      return server;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The Services' names lead to this machine. */
  private static ShadowSettings shadow(Map<String, String> environment) {
    return new ShadowSettings(
        ShadowToken.of(Optional.ofNullable(environment.get(ModelServerMain.ARM_TOKEN))),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        ShadowTarget.Rules.allowing(List.of("127.0.0.1")),
        Duration.ZERO);
  }

  /** As a kubelet makes it: a key that isn't there is left out where it may be, and else fails. */
  private Map<String, String> environment(JsonNode container) {
    var environment = new HashMap<String, String>();
    for (var variable : container.path("env")) {
      var name = variable.path("name").asString();
      var reference = variable.path("valueFrom").path("secretKeyRef");
      if (reference.isMissingNode()) {
        environment.put(name, variable.path("value").asString());
        continue;
      }
      var key = reference.path("name").asString() + "/" + reference.path("key").asString();
      if (secrets.containsKey(key)) {
        environment.put(name, secrets.get(key));
      } else if (!reference.path("optional").asBoolean(false)) {
        throw new AssertionError("CreateContainerConfigError: no " + key);
      }
    }
    return environment;
  }

  /** Ends a pod's process and starts another. */
  public void restart(String name) {
    end(name);
    look();
  }

  /** From now on nobody reaches a pod's management address. */
  public void closeManagement(String name) {
    doors.get(name).close();
  }

  private void end(String name) {
    services.remove(name);
    Optional.ofNullable(servers.remove(name)).ifPresent(ModelServer::close);
    Optional.ofNullable(doors.remove(name)).ifPresent(FakeArmDoor::close);
  }

  /** Where a pod listens. */
  public URI address(String name) {
    return servers.get(name).uri();
  }

  private static String slice(String path, String name) {
    return Kind.ENDPOINT_SLICE.path(namespace(path)) + "/" + name;
  }

  private static String pod(String path, String name) {
    return Kind.POD.path(namespace(path)) + "/" + name;
  }

  private static String namespace(String path) {
    return path.replaceAll(".*/namespaces/([^/]+)/.*", "$1");
  }

  @Override
  public void close() {
    servers.values().forEach(ModelServer::close);
    doors.values().forEach(FakeArmDoor::close);
  }
}

package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.ModelServerMain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The objects of a model server as they should be, complete enough for the restricted pod security
 * standard.
 */
final class Manifests {
  // A gateway hears of a pod's end at the same moment as the pod; so long it still gets requests.
  private static final int SLEEP_BEFORE_STOP_SECONDS = 5;
  private static final int GRACE_SECONDS = 45;
  private static final int NOBODY = 65532;

  private final KubernetesProperties properties;
  private final BiFunction<Served, Digest, String> references;

  /**
   * @param references how whoever made an image names it
   */
  Manifests(KubernetesProperties properties, BiFunction<Served, Digest, String> references) {
    this.properties = properties;
    this.references = references;
  }

  ObjectNode deployment(Served served) {
    var name = Names.server(served.rollout());
    return tree(
        Map.of(
            "apiVersion",
            Kind.DEPLOYMENT.apiVersion,
            "kind",
            Kind.DEPLOYMENT.title,
            "metadata",
            metadata(served),
            "spec",
            Map.of(
                "replicas",
                properties.replicas(),
                "revisionHistoryLimit",
                0,
                "selector",
                Map.of("matchLabels", Map.of(Names.NAME, name)),
                "strategy",
                Map.of(
                    "type",
                    "RollingUpdate",
                    "rollingUpdate",
                    Map.of("maxUnavailable", 0, "maxSurge", 1)),
                "template",
                Map.of("metadata", Map.of("labels", labels(served)), "spec", pod(served)))));
  }

  ObjectNode service(Served served) {
    return tree(
        Map.of(
            "apiVersion",
            Kind.SERVICE.apiVersion,
            "kind",
            Kind.SERVICE.title,
            "metadata",
            metadata(served),
            "spec",
            Map.of(
                "type",
                "ClusterIP",
                "selector",
                Map.of(Names.NAME, Names.server(served.rollout())),
                "ports",
                List.of(
                    Map.of(
                        "name",
                        "http",
                        "port",
                        Names.PORT,
                        "targetPort",
                        "http",
                        "protocol",
                        "TCP")))));
  }

  private Map<String, Object> metadata(Served served) {
    return Map.of(
        "name",
        Names.server(served.rollout()),
        "namespace",
        properties.home(),
        "labels",
        labels(served),
        "annotations",
        Map.of(Names.ROLLOUT, served.rollout().toString()));
  }

  private static Map<String, String> labels(Served served) {
    var labels = new HashMap<>(Names.labels(model(served)));
    labels.put(Names.NAME, Names.server(served.rollout()));
    return labels;
  }

  private static Deployment model(Served served) {
    return new Deployment(served.project(), served.plan().model());
  }

  private Map<String, Object> pod(Served served) {
    var pod = new LinkedHashMap<String, Object>();
    // The pod talks to nobody but who takes its frames: it needs no account and no addresses of
    // other services.
    pod.put("automountServiceAccountToken", false);
    pod.put("enableServiceLinks", false);
    pod.put("terminationGracePeriodSeconds", GRACE_SECONDS);
    pod.put(
        "securityContext",
        Map.of(
            "runAsNonRoot",
            true,
            "runAsUser",
            NOBODY,
            "runAsGroup",
            NOBODY,
            "seccompProfile",
            Map.of("type", "RuntimeDefault")));
    if (!properties.pullSecrets().isEmpty()) {
      pod.put(
          "imagePullSecrets",
          properties.pullSecrets().stream().map(secret -> Map.of("name", secret)).toList());
    }
    pod.put("containers", List.of(container(served)));
    pod.put("volumes", List.of(Map.of("name", "tmp", "emptyDir", Map.of("sizeLimit", "64Mi"))));
    return pod;
  }

  private Map<String, Object> container(Served served) {
    var container = new LinkedHashMap<String, Object>();
    container.put("name", "model-server");
    container.put("image", image(served));
    container.put("imagePullPolicy", "IfNotPresent");
    container.put("env", environment(served));
    container.put("ports", List.of(port("http", Names.PORT), port("arm", Names.ARM_PORT)));
    container.put("resources", resources());
    container.put("startupProbe", probe("/v2/health/ready", 1, 2, 120));
    container.put("readinessProbe", probe("/v2/health/ready", 2, 2, 2));
    container.put("livenessProbe", probe("/v2/health/live", 10, 5, 3));
    container.put(
        "lifecycle",
        Map.of("preStop", Map.of("sleep", Map.of("seconds", SLEEP_BEFORE_STOP_SECONDS))));
    container.put(
        "securityContext",
        Map.of(
            "allowPrivilegeEscalation",
            false,
            "readOnlyRootFilesystem",
            true,
            "capabilities",
            Map.of("drop", List.of("ALL"))));
    container.put("volumeMounts", List.of(Map.of("name", "tmp", "mountPath", "/tmp")));
    return container;
  }

  private List<Map<String, Object>> environment(Served served) {
    var environment = new ArrayList<Map<String, Object>>();
    environment.add(variable(ModelServerMain.PATH_PREFIX, Names.prefix(model(served))));
    if (properties.armToken() != null && properties.modelSecret() != null) {
      environment.add(secret(ModelServerMain.ARM_TOKEN, properties.modelSecret(), "arm-token"));
      // Copies go to other model servers of this namespace and nowhere else.
      environment.add(variable(ModelServerMain.SHADOW_ALLOW, "." + properties.home()));
    }
    environment.addAll(FramesEnvironment.of(properties, served));
    return environment;
  }

  static Map<String, Object> variable(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  /** Optional: a Secret that is missing must not keep a model from serving. */
  static Map<String, Object> secret(String variable, String secret, String key) {
    return Map.of(
        "name",
        variable,
        "valueFrom",
        Map.of("secretKeyRef", Map.of("name", secret, "key", key, "optional", true)));
  }

  private static Map<String, Object> port(String name, int number) {
    return Map.of("name", name, "containerPort", number, "protocol", "TCP");
  }

  private String image(Served served) {
    var digest =
        served
            .image()
            .orElseThrow(
                () -> new IllegalStateException("rollout %s has no image".formatted(served)));
    return properties.images() == null
        ? references.apply(served, digest)
        : "%s/%s/%s@%s"
            .formatted(properties.images(), served.project(), served.plan().model(), digest);
  }

  private Map<String, Object> resources() {
    var given = properties.resources();
    var limits = new LinkedHashMap<String, String>();
    limits.put("memory", given.memoryLimit());
    Optional.ofNullable(given.cpuLimit()).ifPresent(cpu -> limits.put("cpu", cpu));
    return Map.of(
        "requests", Map.of("cpu", given.cpu(), "memory", given.memory()), "limits", limits);
  }

  private static Map<String, Object> probe(
      String path, int periodSeconds, int timeoutSeconds, int failures) {
    return Map.of(
        "httpGet",
        Map.of("path", path, "port", "http"),
        "periodSeconds",
        periodSeconds,
        "timeoutSeconds",
        timeoutSeconds,
        "failureThreshold",
        failures);
  }

  private static ObjectNode tree(Map<String, Object> values) {
    return Cluster.JSON.<ObjectNode>valueToTree(values);
  }

  /** Whether everything that is wanted is there; what is there besides doesn't matter. */
  static boolean holds(JsonNode there, JsonNode wanted) {
    if (wanted.isObject()) {
      return wanted.properties().stream()
          .allMatch(each -> holds(there.path(each.getKey()), each.getValue()));
    }
    if (wanted.isArray()) {
      if (there.size() != wanted.size()) {
        return false;
      }
      for (int i = 0; i < wanted.size(); i++) {
        if (!holds(there.path(i), wanted.path(i))) {
          return false;
        }
      }
      return true;
    }
    return there.equals(wanted);
  }
}

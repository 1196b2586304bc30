package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.Kind;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import dev.fovea.rollouts.kubernetes.Names;
import dev.fovea.rollouts.kubernetes.routes.Arms.Arm;
import dev.fovea.rollouts.router.Deployment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model's rules in its HTTPRoute: infer requests by weight, requests that name a version to the
 * arm that serves it, and everything else of the model to the stable. All by core features: exact
 * and prefix path matches, of which the longest wins, and weights.
 *
 * <p>Rules that others added stay, and so do filters and backends that others added to a rule of
 * these, with their weights. A rule is one of these by its paths.
 */
final class RouteRules {
  private final KubernetesProperties properties;
  private final Deployment deployment;
  private final String base;

  RouteRules(KubernetesProperties properties, Deployment deployment) {
    this.properties = properties;
    this.deployment = deployment;
    base = Names.base(deployment);
  }

  /** A route of this model that isn't there yet. */
  ObjectNode fresh(Arms arms, int canaryWeight) {
    var route = Cluster.JSON.createObjectNode();
    route.put("apiVersion", Kind.HTTP_ROUTE.apiVersion).put("kind", Kind.HTTP_ROUTE.title);
    route
        .putObject("metadata")
        .put("name", Names.route(deployment))
        .put("namespace", properties.home());
    return changed(route, arms, canaryWeight);
  }

  /** The route with these arms, and with everything of others as it was. */
  ObjectNode changed(ObjectNode route, Arms arms, int canaryWeight) {
    var next = route.deepCopy();
    var metadata = object(next, "metadata");
    object(metadata, "annotations").put(Names.ARMS, arms.text());
    Names.labels(deployment).forEach(object(metadata, "labels")::put);
    var spec = object(next, "spec");
    attach(spec);
    if (!properties.gateway().hostnames().isEmpty()) {
      spec.set("hostnames", Cluster.JSON.valueToTree(properties.gateway().hostnames()));
    }
    var wanted = wanted(arms, canaryWeight);
    var rules = Cluster.JSON.createArrayNode();
    for (var rule : spec.path("rules")) {
      var paths = paths(rule);
      var weights = Optional.ofNullable(wanted.remove(paths));
      if (weights.isPresent()) {
        rules.add(pointed((ObjectNode) rule, weights.get()));
      } else if (!ofAGoneVersion(rule, paths)) {
        rules.add(rule);
      }
    }
    wanted.forEach((paths, weights) -> rules.add(pointed(matching(paths), weights)));
    spec.set("rules", rules);
    return next;
  }

  /** The canary's weight as the rules have it, of 100; empty where they send nothing to arms. */
  OptionalInt canaryWeight(JsonNode route, Arms arms) {
    var weights =
        route
            .path("spec")
            .path("rules")
            .valueStream()
            .filter(rule -> paths(rule).equals(Set.of(Path.exact(base + "/infer"))))
            .flatMap(rule -> rule.path("backendRefs").valueStream())
            .collect(
                Collectors.toMap(
                    ref -> ref.path("name").asString(""),
                    ref -> ref.path("weight").asInt(1),
                    Integer::sum));
    int stable = weights.getOrDefault(arms.stable().service(), 0);
    var canary = Optional.ofNullable(arms.canary());
    int tried = canary.map(arm -> weights.getOrDefault(arm.service(), 0)).orElse(0);
    return stable + tried == 0
        ? OptionalInt.empty()
        : OptionalInt.of(Math.round(100f * tried / (stable + tried)));
  }

  /** Without the rules of this model; empty where nothing of anybody's is left. */
  Optional<ObjectNode> without(ObjectNode route) {
    var next = route.deepCopy();
    var rules = Cluster.JSON.createArrayNode();
    for (var rule : next.path("spec").path("rules")) {
      boolean ours =
          !rule.path("backendRefs").isEmpty()
              && rule.path("backendRefs").valueStream().allMatch(RouteRules::toServer);
      if (!ours) {
        rules.add(rule);
      }
    }
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    object(next, "spec").set("rules", rules);
    object(object(next, "metadata"), "annotations").remove(Names.ARMS);
    return Optional.of(next);
  }

  private record Path(String type, String value) {
    static Path exact(String value) {
      return new Path("Exact", value);
    }

    static Path prefix(String value) {
      return new Path("PathPrefix", value);
    }
  }

  private Map<Set<Path>, Map<String, Integer>> wanted(Arms arms, int canaryWeight) {
    var stable = Map.of(arms.stable().service(), 1);
    var wanted = new LinkedHashMap<Set<Path>, Map<String, Integer>>();
    wanted.put(Set.of(Path.exact(base + "/infer")), arms.weights(canaryWeight));
    for (var arm : arms.all()) {
      wanted.putIfAbsent(Set.of(Path.prefix(version(arm))), Map.of(arm.service(), 1));
    }
    wanted.put(Set.of(Path.prefix(base)), stable);
    var project = Names.prefix(deployment) + "/v2";
    wanted.put(
        Set.of(
            Path.exact(project),
            Path.exact(project + "/health/live"),
            Path.exact(project + "/health/ready")),
        stable);
    return wanted;
  }

  /** Where an arm's own version is asked for. */
  String version(Arm arm) {
    return "%s/versions/%s".formatted(base, arm.version());
  }

  /** Where requests are split. */
  String split() {
    return base + "/infer";
  }

  private boolean ofAGoneVersion(JsonNode rule, Set<Path> paths) {
    return paths.size() == 1
        && paths.iterator().next().value().startsWith(base + "/versions/")
        && rule.path("backendRefs").valueStream().allMatch(RouteRules::toServer);
  }

  /** A rule's paths; empty where it matches anything else too, and so isn't one of these. */
  private static Set<Path> paths(JsonNode rule) {
    var matches = rule.path("matches");
    boolean plain =
        matches
            .valueStream()
            .allMatch(match ->
                match.propertyNames().stream().allMatch("path"::equals) && match.has("path"));
    return plain
        ? matches
            .valueStream()
            .map(match -> match.path("path"))
            .map(path -> new Path(path.path("type").asString(""), path.path("value").asString("")))
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  private static ObjectNode matching(Set<Path> paths) {
    var rule = Cluster.JSON.createObjectNode();
    var matches = rule.putArray("matches");
    for (var path : paths) {
      matches.addObject().putObject("path").put("type", path.type()).put("value", path.value());
    }
    return rule;
  }

  /** The rule with these weights for arms; other backends keep their place and weight. */
  private ObjectNode pointed(ObjectNode rule, Map<String, Integer> weights) {
    var left = new LinkedHashMap<>(weights);
    var refs = Cluster.JSON.createArrayNode();
    for (var ref : rule.path("backendRefs")) {
      var name = ref.path("name").asString("");
      if (left.containsKey(name)) {
        refs.add(((ObjectNode) ref.deepCopy()).put("weight", left.remove(name)));
      } else if (!toServer(ref)) {
        refs.add(ref);
      }
    }
    left.forEach((service, weight) -> refs.add(ref(service, weight)));
    var changed = rule.deepCopy();
    changed.set("backendRefs", refs);
    return changed;
  }

  private static boolean toServer(JsonNode ref) {
    return Names.isServer(ref.path("name").asString(""));
  }

  private static ObjectNode ref(String service, int weight) {
    return Cluster.JSON
        .createObjectNode()
        .put("group", "")
        .put("kind", "Service")
        .put("name", service)
        .put("port", Names.PORT)
        .put("weight", weight);
  }

  private void attach(ObjectNode spec) {
    var parents =
        spec.path("parentRefs") instanceof ArrayNode there ? there : spec.putArray("parentRefs");
    if (parents.valueStream().noneMatch(this::isParent)) {
      var parent =
          parents
              .addObject()
              .put("group", "gateway.networking.k8s.io")
              .put("kind", "Gateway")
              .put("namespace", properties.gatewayHome())
              .put("name", properties.gateway().name());
      Stream.ofNullable(properties.gateway().section())
          .forEach(section -> parent.put("sectionName", section));
    }
  }

  /** Whether a reference to a parent is to the configured Gateway. */
  boolean isParent(JsonNode reference) {
    var section = Optional.ofNullable(properties.gateway().section());
    return reference.path("kind").asString("Gateway").equals("Gateway")
        && reference.path("name").asString("").equals(properties.gateway().name())
        && reference.path("namespace").asString(properties.home()).equals(properties.gatewayHome())
        && reference.path("sectionName").asString("").equals(section.orElse(""));
  }

  private static ObjectNode object(ObjectNode in, String name) {
    return in.path(name) instanceof ObjectNode there ? there : in.putObject(name);
  }
}

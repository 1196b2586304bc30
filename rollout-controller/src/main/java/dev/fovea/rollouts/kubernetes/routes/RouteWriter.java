package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.Kind;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import dev.fovea.rollouts.kubernetes.Names;
import dev.fovea.rollouts.kubernetes.routes.Arms.Arm;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.turns.NotTheWriter;
import dev.fovea.rollouts.turns.Turn;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a model's HTTPRoute: read, change what is Fovea's, write with the resource version that
 * was read, see that it is accepted and works, or take it back.
 */
final class RouteWriter {
  private static final int CONFLICTS = 6;
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration FIRST_REFUSAL = Duration.ofSeconds(10);
  private static final int MOST_DOUBLINGS = 5;

  private final Cluster cluster;
  private final KubernetesProperties properties;
  private final RouteProbe probe;
  private final RouteStatus status;
  private final Turn turn;
  private final LongSupplier nanos;
  private final Map<Deployment, Known> known = new ConcurrentHashMap<>();
  private final Map<Deployment, Refusal> refusals = new ConcurrentHashMap<>();

  RouteWriter(
      Cluster cluster,
      KubernetesProperties properties,
      RouteProbe probe,
      Turn turn,
      LongSupplier nanos) {
    this.cluster = cluster;
    this.properties = properties;
    this.probe = probe;
    this.turn = turn;
    this.nanos = nanos;
    status = new RouteStatus(cluster, properties);
  }

  /**
   * What this process knows of a route.
   *
   * @param generation of what it wrote or saw last: anything older is a stale reading
   * @param works whether that generation was seen to work
   */
  private record Known(String uid, long generation, boolean works) {}

  /** A split that didn't work, and until when it isn't tried again. */
  private record Refusal(Split split, int times, long untilNanos, String why) {}

  Optional<ObjectNode> find(Deployment deployment) {
    return cluster.find(Kind.HTTP_ROUTE, properties.home(), Names.route(deployment));
  }

  /**
   * Makes the route as wanted.
   *
   * @param introduced called for each arm before it gets its first request
   */
  void write(Deployment deployment, Split split, Consumer<Arm> introduced) {
    holdBack(deployment, split);
    var rules = new RouteRules(properties, deployment);
    var wanted = Arms.of(split, turn.epoch());
    for (int i = 0; i < CONFLICTS; i++) {
      var live = current(deployment);
      var now = live.flatMap(Arms::read);
      refuseWhereDeposed(now, wanted);
      var missing = now.map(arms -> arms.missing(wanted)).filter(arms -> !arms.isEmpty());
      if (live.isPresent() && now.isPresent() && missing.isPresent()) {
        var arm = missing.get().getFirst();
        if (introduce(deployment, split, rules, live.get(), now.get(), arm)) {
          introduced.accept(arm);
        }
      } else if (live.isPresent()) {
        if (change(deployment, split, rules, live.get(), wanted)) {
          return;
        }
      } else {
        wanted.all().forEach(introduced);
        if (cluster
            .create(Kind.HTTP_ROUTE, rules.fresh(wanted, split.canaryWeight()))
            .map(made -> settled(deployment, split, rules, made, Optional.empty()))
            .orElse(false)) {
          return;
        }
      }
      Cluster.sleep("write the route of " + deployment, PAUSE);
    }
    throw new ClusterUnreachable(
        "the route of " + deployment, "others changed it %d times meanwhile".formatted(CONFLICTS));
  }

  /** What is there, and not what was there before this process wrote last. */
  private Optional<ObjectNode> current(Deployment deployment) {
    var live = find(deployment);
    var seen = known.get(deployment);
    if (seen != null
        && live.isPresent()
        && uid(live.get()).equals(seen.uid())
        && RouteStatus.generation(live.get()) < seen.generation()) {
      throw new ClusterUnreachable(
          "the route of " + deployment,
          "generation %d was read after %d was written"
              .formatted(RouteStatus.generation(live.get()), seen.generation()));
    }
    return live;
  }

  private static void refuseWhereDeposed(Optional<Arms> now, Arms wanted) {
    if (now.isPresent() && now.get().epoch() > wanted.epoch()) {
      throw new NotTheWriter(
          "a route was written in turn %d, and this is turn %d"
              .formatted(now.get().epoch(), wanted.epoch()));
    }
  }

  /** Names an arm with weight 0, and waits until the gateway reaches it. */
  private boolean introduce(
      Deployment deployment, Split split, RouteRules rules, ObjectNode live, Arms now, Arm arm) {
    int weight = rules.canaryWeight(live, now).orElse(0);
    var next = rules.changed(live, now.introducing(arm, turn.epoch()), weight);
    var written = cluster.replace(Kind.HTTP_ROUTE, next);
    if (written.isEmpty()) {
      return false;
    }
    accepted(deployment, split, written.get(), Optional.of(live));
    var unreached =
        probe.reaches(rules.version(arm), properties.settle().plus(properties.settle()));
    if (unreached.isPresent()) {
      throw new ClusterUnreachable(
          "%s for %s, which gets no traffic yet".formatted(arm.service(), deployment),
          unreached.get());
    }
    return true;
  }

  /** Whether the route is as wanted now; false when somebody else changed it meanwhile. */
  private boolean change(
      Deployment deployment, Split split, RouteRules rules, ObjectNode live, Arms wanted) {
    var next = rules.changed(live, wanted, split.canaryWeight());
    if (next.equals(live)) {
      return settled(deployment, split, rules, live, Optional.empty());
    }
    return cluster
        .replace(Kind.HTTP_ROUTE, next)
        .map(written -> settled(deployment, split, rules, written, Optional.of(live)))
        .orElse(false);
  }

  /** Sees once that a generation is accepted and works. */
  private boolean settled(
      Deployment deployment,
      Split split,
      RouteRules rules,
      ObjectNode written,
      Optional<ObjectNode> before) {
    var seen = known.get(deployment);
    long generation = RouteStatus.generation(written);
    if (seen != null
        && seen.works()
        && seen.uid().equals(uid(written))
        && seen.generation() == generation) {
      return true;
    }
    accepted(deployment, split, written, before);
    // The first route of a model is new to the gateway too, so it has its time.
    var broken =
        before.isEmpty()
            ? probe.reaches(
                rules.version(Arms.of(split, 0).stable()), properties.gateway().acceptedWithin())
            : probe.works(rules.split());
    broken.ifPresent(why -> takeBack(deployment, split, before, why));
    known.put(deployment, new Known(uid(written), generation, true));
    refusals.remove(deployment);
    return true;
  }

  private void accepted(
      Deployment deployment, Split split, ObjectNode written, Optional<ObjectNode> before) {
    known.put(deployment, new Known(uid(written), RouteStatus.generation(written), false));
    switch (status.await(written)) {
      case RouteStatus.Accepted _ -> {}
      case RouteStatus.Refused(var why) -> takeBack(deployment, split, before, why);
      case RouteStatus.Unknown(var why) ->
          throw new ClusterUnreachable("the route of " + deployment, why);
    }
  }

  /** Restores what was there before, and doesn't try the same again for a while. */
  private void takeBack(
      Deployment deployment, Split split, Optional<ObjectNode> before, String why) {
    var earlier =
        Optional.ofNullable(refusals.get(deployment)).filter(it -> it.split().equals(split));
    int times = earlier.map(refusal -> refusal.times() + 1).orElse(1);
    var pause = FIRST_REFUSAL.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
    if (before.isPresent()) {
      restore(deployment, before.get());
      refusals.put(deployment, new Refusal(split, times, nanos.getAsLong() + pause.toNanos(), why));
    }
    throw new ClusterUnreachable(
        "the route of " + deployment,
        before.isPresent() ? why + "; the route before was put back" : why);
  }

  private void restore(Deployment deployment, ObjectNode before) {
    for (int i = 0; i < CONFLICTS; i++) {
      var live = find(deployment);
      if (live.isEmpty()) {
        return;
      }
      var back = live.get().deepCopy();
      back.set("spec", before.path("spec"));
      var metadata = (ObjectNode) back.path("metadata");
      if (before.path("metadata").has("annotations")) {
        metadata.set("annotations", before.path("metadata").path("annotations"));
      } else {
        metadata.remove("annotations");
      }
      var written = cluster.replace(Kind.HTTP_ROUTE, back);
      if (written.isPresent()) {
        known.put(
            deployment,
            new Known(uid(written.get()), RouteStatus.generation(written.get()), false));
        return;
      }
    }
  }

  private void holdBack(Deployment deployment, Split split) {
    var refusal = refusals.get(deployment);
    if (refusal != null
        && refusal.split().equals(split)
        && nanos.getAsLong() - refusal.untilNanos() < 0) {
      throw new ClusterUnreachable(
          "the route of " + deployment,
          "it did not work and is tried again later: " + refusal.why());
    }
  }

  /** Takes the model's rules out; what others put into the route stays. */
  void remove(Deployment deployment) {
    for (int i = 0; i < CONFLICTS; i++) {
      var live = find(deployment);
      if (live.isEmpty() || Arms.read(live.get()).isEmpty()) {
        return;
      }
      turn.epoch();
      var rest = new RouteRules(properties, deployment).without(live.get());
      if (rest.isEmpty()) {
        cluster.delete(Kind.HTTP_ROUTE, live.get());
        return;
      }
      if (cluster.replace(Kind.HTTP_ROUTE, rest.get()).isPresent()) {
        return;
      }
    }
  }

  private static String uid(ObjectNode route) {
    return route.path("metadata").path("uid").asString("");
  }
}

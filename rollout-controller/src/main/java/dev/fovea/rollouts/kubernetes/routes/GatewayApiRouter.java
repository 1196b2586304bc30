package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterRefused;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.Kind;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import dev.fovea.rollouts.kubernetes.Names;
import dev.fovea.rollouts.kubernetes.routes.Arms.Arm;
import dev.fovea.rollouts.router.Backend;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.turns.Turn;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Splits by the weights of an HTTPRoute, one a model; the gateway does the rest, also while this
 * process or the API server is gone. Counts are the model servers' own.
 *
 * <p>A new arm is named with weight 0 first and gets its weight when the gateway is seen to reach
 * it; a change that the gateway's controller refuses, or after which the gateway answers 5xx, is
 * taken back at once.
 *
 * <p>Copies for a shadow are made by the stable's pods, which this process tells so; the route
 * names the shadow in an annotation alone.
 */
public final class GatewayApiRouter implements TrafficRouter, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayApiRouter.class);

  private final Cluster cluster;
  private final KubernetesProperties properties;
  private final Doors doors = new Doors();
  private final RouteWriter writer;
  private final Pods pods;
  private final ArmReader reader;
  private final Copying copying;
  private final LongSupplier nanos;
  private final Map<Digest, ArmLedger> ledgers = new ConcurrentHashMap<>();
  private final Map<Digest, ArmLedger> copyLedgers = new ConcurrentHashMap<>();
  private final Map<Deployment, Split> splits = new ConcurrentHashMap<>();
  private final Map<Digest, Double> unsureBelow = new ConcurrentHashMap<>();
  private final Map<Digest, Long> unnamedSince = new ConcurrentHashMap<>();

  /**
   * @param nanos a clock that only goes on
   */
  public GatewayApiRouter(
      Cluster cluster, KubernetesProperties properties, Turn turn, LongSupplier nanos) {
    this.cluster = cluster;
    this.properties = properties;
    this.nanos = nanos;
    writer = new RouteWriter(cluster, properties, new RouteProbe(doors, properties), turn, nanos);
    pods = new Pods(cluster, properties.home());
    reader = new ArmReader(pods, doors);
    copying = new Copying(pods, doors, properties);
  }

  @Override
  public void route(Deployment deployment, Split split) {
    var before = Optional.ofNullable(splits.get(deployment)).or(() -> split(deployment));
    before.filter(Split::shadows).filter(was -> !was.equals(split)).ifPresent(this::endCopies);
    writer.write(deployment, split, this::begin);
    remember(split);
    if (split.shadows()) {
      copy(split);
    }
    if (before.filter(was -> sameKind(was, split)).isEmpty()) {
      beginAnew(split);
    }
    splits.put(deployment, split);
  }

  @Override
  public boolean copies() {
    return properties.armToken() != null;
  }

  private static boolean sameKind(Split one, Split other) {
    return !one.shadows() && !other.shadows() || one.equals(other);
  }

  private void copy(Split split) {
    var shadow = split.canary().orElseThrow();
    var counted = copying.begin(Names.server(split.stable().rollout()), target(split));
    copyLedger(shadow.rollout()).absorb(counted);
  }

  private static Copying.Target target(Split split) {
    return new Copying.Target(split.canary().orElseThrow().address(), split.shadowShare());
  }

  /**
   * Pods that can't be told go on copying, to a server that knows a copy from a request: no reason
   * to keep traffic where it should not be.
   */
  private void endCopies(Split split) {
    split.canary().ifPresent(shadow -> copyLedgers.remove(shadow.rollout()));
    try {
      copying.end(Names.server(split.stable().rollout()));
    } catch (ClusterUnreachable | ClusterRefused e) {
      LOG.warn("{} goes on copying: {}", Names.server(split.stable().rollout()), e.getMessage());
    }
  }

  /** What the arms did under another kind of split is not taken. */
  private void beginAnew(Split split) {
    for (var backend : backends(split)) {
      begin(Arm.of(backend));
      ledger(backend.rollout()).forget();
    }
  }

  private static List<Backend> backends(Split split) {
    return Stream.concat(Stream.of(split.stable()), split.canary().stream()).toList();
  }

  /** Takes the readings of an arm that gets nothing yet for where its counting begins. */
  private void begin(Arm arm) {
    try {
      ledger(arm.rollout()).absorb(reader.read(arm.service()));
    } catch (ClusterUnreachable _) {
      // Then counting begins later.
    }
  }

  private void remember(Split split) {
    backends(split).forEach(backend -> unsureBelow.put(backend.rollout(), split.unsureBelow()));
  }

  @Override
  public void close(Deployment deployment) {
    splits.remove(deployment);
    writer.remove(deployment);
  }

  @Override
  public Optional<Split> split(Deployment deployment) {
    return writer
        .find(deployment)
        .flatMap(route ->
            Arms.read(route)
                .flatMap(arms -> split(arms, new RouteRules(properties, deployment), route)));
  }

  private Optional<Split> split(Arms arms, RouteRules rules, ObjectNode route) {
    var weight = rules.canaryWeight(route, arms);
    if (weight.isEmpty()) {
      return Optional.empty();
    }
    var stable = backend(arms.stable());
    if (arms.shadow() != null) {
      var shadow = arms.shadow();
      return Optional.of(
          Split.shadowing(stable, backend(shadow.arm()), shadow.share(), arms.unsureBelow()));
    }
    var canary = Optional.ofNullable(arms.canary()).map(this::backend);
    return Optional.of(
        canary.isEmpty()
            ? Split.all(stable)
            : Split.between(stable, canary.get(), weight.getAsInt(), arms.unsureBelow()));
  }

  private Backend backend(Arm arm) {
    var address = "http://%s.%s:%d".formatted(arm.service(), properties.home(), Names.PORT);
    return new Backend(arm.rollout(), arm.version(), URI.create(address));
  }

  @Override
  public ArmCounts take(Digest rollout) {
    return shadowing(rollout)
        .map(this::lookAtCopies)
        .orElseGet(() -> look(rollout))
        .take(unsureBelow.getOrDefault(rollout, 0.0));
  }

  /** The split whose shadow it is. */
  private Optional<Split> shadowing(Digest rollout) {
    return splits.values().stream()
        .filter(split -> split.shadows() && split.canary().orElseThrow().rollout().equals(rollout))
        .findFirst();
  }

  private ArmLedger lookAtCopies(Split split) {
    var ledger = copyLedger(split.canary().orElseThrow().rollout());
    ledger.absorb(copying.read(Names.server(split.stable().rollout()), target(split)));
    return ledger;
  }

  private ArmLedger copyLedger(Digest shadow) {
    return copyLedgers.computeIfAbsent(shadow, _ -> new ArmLedger(nanos));
  }

  private ArmLedger look(Digest rollout) {
    var server = Names.server(rollout);
    var readings = reader.read(server);
    if (readings.isEmpty()) {
      throw new ClusterUnreachable("the counts of " + server, "no pod of it serves");
    }
    var ledger = ledger(rollout);
    ledger.absorb(readings);
    return ledger;
  }

  private ArmLedger ledger(Digest rollout) {
    return ledgers.computeIfAbsent(rollout, _ -> new ArmLedger(nanos));
  }

  /** Where the pods can't be read now, what they were known to have done. */
  @Override
  public Totals totals(Digest rollout) {
    try {
      return look(rollout).totals();
    } catch (ClusterUnreachable _) {
      return ledger(rollout).totals();
    }
  }

  /**
   * Does not wait: false until no route has named it for as long as the gateway may take to follow,
   * and its pods answer nothing any more.
   */
  @Override
  public boolean drained(Digest rollout, Duration patience) {
    if (named(rollout)) {
      unnamedSince.remove(rollout);
      return false;
    }
    long since = unnamedSince.computeIfAbsent(rollout, _ -> nanos.getAsLong());
    if (nanos.getAsLong() - since < properties.settle().toNanos()) {
      return false;
    }
    boolean idle =
        reader.read(Names.server(rollout)).stream().allMatch(reading -> reading.underWay() == 0);
    if (idle) {
      unnamedSince.remove(rollout);
      ledgers.remove(rollout);
      copyLedgers.remove(rollout);
      unsureBelow.remove(rollout);
    }
    return idle;
  }

  private boolean named(Digest rollout) {
    var server = Names.server(rollout);
    var routes = cluster.list(Kind.HTTP_ROUTE, properties.home(), Names.OURS);
    boolean shadow =
        routes.stream()
            .flatMap(route -> Arms.read(route).stream())
            .flatMap(arms -> Stream.ofNullable(arms.shadow()))
            .anyMatch(each -> each.arm().rollout().equals(rollout));
    return shadow || inRules(routes, server);
  }

  private static boolean inRules(List<ObjectNode> routes, String server) {
    return routes.stream()
        .flatMap(route -> route.path("spec").path("rules").valueStream())
        .flatMap(rule -> rule.path("backendRefs").valueStream())
        .map(ref -> ref.path("name").asString(""))
        .anyMatch(server::equals);
  }

  @Override
  public void close() {
    pods.close();
    doors.close();
  }
}

package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.kubernetes.Cluster;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Splits by the weights of an HTTPRoute, one a model; the gateway does the rest, also while this
 * process or the API server is gone. Counts are the model servers' own.
 *
 * <p>A new arm is named with weight 0 first and gets its weight when the gateway is seen to reach
 * it; a change that the gateway's controller refuses, or after which the gateway answers 5xx, is
 * taken back at once.
 */
public final class GatewayApiRouter implements TrafficRouter, AutoCloseable {
  private final Cluster cluster;
  private final KubernetesProperties properties;
  private final Doors doors = new Doors();
  private final RouteWriter writer;
  private final ArmReader reader;
  private final LongSupplier nanos;
  private final Map<Digest, ArmLedger> ledgers = new ConcurrentHashMap<>();
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
    reader = new ArmReader(cluster, properties.home(), doors);
  }

  @Override
  public void route(Deployment deployment, Split split) {
    writer.write(deployment, split, this::begin);
    remember(split);
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
    unsureBelow.put(split.stable().rollout(), split.unsureBelow());
    split.canary().ifPresent(canary -> unsureBelow.put(canary.rollout(), split.unsureBelow()));
  }

  @Override
  public void close(Deployment deployment) {
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
    return look(rollout).take(unsureBelow.getOrDefault(rollout, 0.0));
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
      unsureBelow.remove(rollout);
    }
    return idle;
  }

  private boolean named(Digest rollout) {
    var server = Names.server(rollout);
    return cluster.list(Kind.HTTP_ROUTE, properties.home(), Names.OURS).stream()
        .flatMap(route -> route.path("spec").path("rules").valueStream())
        .flatMap(rule -> rule.path("backendRefs").valueStream())
        .map(ref -> ref.path("name").asString(""))
        .anyMatch(server::equals);
  }

  @Override
  public void close() {
    reader.close();
    doors.close();
  }
}

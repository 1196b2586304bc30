package dev.fovea.rollouts.kubernetes.routes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.Names;
import dev.fovea.rollouts.router.Backend;
import dev.fovea.rollouts.router.Split;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Who a route sends requests to, kept as an annotation beside the rules that do it. The weights are
 * those of the rules.
 *
 * @param epoch of the controller that wrote it; one of a lower epoch writes no more
 * @param canary absent where nothing is tried
 * @param waiting named with weight 0, until the gateway is seen to reach it
 * @param shadow gets copies of the stable's requests, which the stable sends; no rule names it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Arms(
    long epoch,
    Arm stable,
    @Nullable Arm canary,
    @Nullable Arm waiting,
    @Nullable Shadow shadow,
    double unsureBelow) {
  /** One of them. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Arm(Digest rollout, String version) {
    static Arm of(Backend backend) {
      return new Arm(backend.rollout(), backend.version());
    }

    String service() {
      return Names.server(rollout);
    }
  }

  /**
   * What gets copies.
   *
   * @param share in percent, 1 to 99
   */
  record Shadow(Arm arm, int share) {}

  static Arms of(Split split, long epoch) {
    var other = split.canary().map(Arm::of);
    return new Arms(
        epoch,
        Arm.of(split.stable()),
        other.filter(_ -> !split.shadows()).orElse(null),
        null,
        other
            .filter(_ -> split.shadows())
            .map(arm -> new Shadow(arm, split.shadowShare()))
            .orElse(null),
        split.unsureBelow());
  }

  /** What a route says of itself; empty where it says nothing that can be read. */
  static Optional<Arms> read(JsonNode route) {
    var text = route.path("metadata").path("annotations").path(Names.ARMS).asString("");
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(Cluster.JSON.readValue(text, Arms.class));
    } catch (JacksonException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  String text() {
    return Cluster.JSON.writeValueAsString(this);
  }

  /** Those that rules name. */
  List<Arm> all() {
    return Stream.of(stable, canary, waiting).flatMap(Stream::ofNullable).toList();
  }

  /** Those of others that aren't here. */
  List<Arm> missing(Arms others) {
    var missing = new ArrayList<>(others.all());
    missing.removeAll(all());
    return missing;
  }

  /** The same with one more that gets nothing yet. */
  Arms introducing(Arm arm, long newEpoch) {
    return new Arms(newEpoch, stable, canary, arm, shadow, unsureBelow);
  }

  /** Each arm's weight, of 100. */
  Map<String, Integer> weights(int canaryWeight) {
    var weights = new LinkedHashMap<String, Integer>();
    weights.put(stable.service(), 100 - canaryWeight);
    if (canary != null) {
      weights.put(canary.service(), canaryWeight);
    }
    if (waiting != null) {
      weights.put(waiting.service(), 0);
    }
    return weights;
  }
}

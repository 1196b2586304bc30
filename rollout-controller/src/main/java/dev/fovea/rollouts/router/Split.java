package dev.fovea.rollouts.router;

import dev.fovea.kernel.Digest;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who answers a model's requests. There are three kinds: all to the stable; some to a canary, whose
 * answers clients get; and all to the stable with copies of some to a shadow, whose answers nobody
 * gets. The shadow stands in the canary's place, with a weight of 0.
 *
 * @param canary absent where nothing is tried
 * @param canaryWeight the canary's share in percent, 0 to 100; 0 without a canary
 * @param shadowShare the share of the stable's requests that are copied to the canary, in percent,
 *     0 to 99; above 0 only where there is a canary and its weight is 0
 * @param unsureBelow the confidence under which an answer counts as unsure
 */
public record Split(
    Backend stable,
    Optional<Backend> canary,
    int canaryWeight,
    int shadowShare,
    double unsureBelow) {
  public Split {
    if (canaryWeight < 0 || canaryWeight > 100 || canary.isEmpty() && canaryWeight != 0) {
      throw new IllegalArgumentException(
          "canary weight: %d percent of %s (expected: 0 to 100, 0 without a canary)"
              .formatted(canaryWeight, canary));
    }
    if (shadowShare < 0
        || shadowShare > 99
        || shadowShare > 0 && (canary.isEmpty() || canaryWeight > 0)) {
      throw new IllegalArgumentException(
          "shadow share: %d percent to %s with a weight of %d percent (expected: 0 to 99, above 0 only to a canary with weight 0)"
              .formatted(shadowShare, canary, canaryWeight));
    }
  }

  /** Everything to one. */
  public static Split all(Backend stable) {
    return new Split(stable, Optional.empty(), 0, 0, 0);
  }

  /** Some to a canary. */
  public static Split between(Backend stable, Backend canary, int weight, double unsureBelow) {
    return new Split(stable, Optional.of(canary), weight, 0, unsureBelow);
  }

  /**
   * Everything to the stable, and copies of a share of it to a shadow.
   *
   * @param share in percent, 1 to 99: what is not copied is what the copies are compared with
   */
  public static Split shadowing(Backend stable, Backend shadow, int share, double unsureBelow) {
    if (share < 1) {
      throw new IllegalArgumentException(
          "shadow share: %d percent (expected: 1 to 99)".formatted(share));
    }
    return new Split(stable, Optional.of(shadow), 0, share, unsureBelow);
  }

  /** Whichever of the two is this rollout's. */
  public Optional<Backend> backend(Digest rollout) {
    return Stream.concat(Stream.of(stable), canary.stream())
        .filter(backend -> backend.rollout().equals(rollout))
        .findFirst();
  }

  /** Whether the canary gets copies only. */
  public boolean shadows() {
    return shadowShare > 0;
  }
}

package dev.fovea.rollouts.router;

import java.util.Optional;

/**
 * Who answers a model's requests.
 *
 * @param canary absent where nothing is tried
 * @param canaryWeight the canary's share in percent, 0 to 100; 0 without a canary
 * @param unsureBelow the confidence under which an answer counts as unsure
 */
public record Split(
    Backend stable, Optional<Backend> canary, int canaryWeight, double unsureBelow) {
  public Split {
    if (canaryWeight < 0 || canaryWeight > 100 || canary.isEmpty() && canaryWeight != 0) {
      throw new IllegalArgumentException(
          "canary weight: %d percent of %s (expected: 0 to 100, 0 without a canary)"
              .formatted(canaryWeight, canary));
    }
  }

  /** Everything to one. */
  public static Split all(Backend stable) {
    return new Split(stable, Optional.empty(), 0, 0);
  }

  /** Some to a canary. */
  public static Split between(Backend stable, Backend canary, int weight, double unsureBelow) {
    return new Split(stable, Optional.of(canary), weight, unsureBelow);
  }
}

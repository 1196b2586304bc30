package dev.fovea.registry.sweep.pruner;

import dev.fovea.kernel.InvalidRequest;

/** What a pruner's options may be. */
final class Bounds {
  static final long MOST_STEP = 1_000_000_000_000L;

  private Bounds() {}

  /**
   * @throws InvalidRequest where the option is not within the bounds, both inclusive
   */
  static void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidRequest(
          "%s: %d (expected: %d to %d)".formatted(option, value, least, most),
          "correct the pruner's option");
    }
  }
}

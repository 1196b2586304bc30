package dev.fovea.rollouts.judge;

/**
 * What one arm did in a stretch of time.
 *
 * @param total requests that reached it
 * @param errors those without a good answer
 * @param rated good answers that came with a confidence
 * @param unsure rated answers below the threshold
 * @param latencies of the good answers
 */
public record ArmCounts(long total, long errors, long rated, long unsure, Latencies latencies) {
  /** Nothing. */
  public static final ArmCounts NONE = new ArmCounts(0, 0, 0, 0, Latencies.NONE);

  public ArmCounts {
    if (errors < 0 || errors > total || unsure < 0 || unsure > rated || rated > total) {
      throw new IllegalArgumentException(
          "arm: %d errors of %d, %d unsure of %d (expected: 0 to the total)"
              .formatted(errors, total, unsure, rated));
    }
  }

  /** Both together. */
  public ArmCounts plus(ArmCounts other) {
    return new ArmCounts(
        total + other.total,
        errors + other.errors,
        rated + other.rated,
        unsure + other.unsure,
        latencies.plus(other.latencies));
  }
}

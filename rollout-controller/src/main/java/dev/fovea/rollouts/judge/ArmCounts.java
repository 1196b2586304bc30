package dev.fovea.rollouts.judge;

import org.jspecify.annotations.Nullable;

/**
 * What one arm did in a stretch of time.
 *
 * @param total requests that reached it
 * @param errors those without a good answer
 * @param rated good answers that came with a confidence
 * @param unsure rated answers below the threshold
 * @param latencies of the good answers
 * @param copies where the requests were copies, what became of them besides; absent in windows that
 *     were kept before there were shadows
 */
public record ArmCounts(
    long total, long errors, long rated, long unsure, Latencies latencies, Copies copies) {
  /** Nothing. */
  public static final ArmCounts NONE = new ArmCounts(0, 0, 0, 0, Latencies.NONE);

  public ArmCounts(
      long total,
      long errors,
      long rated,
      long unsure,
      Latencies latencies,
      @Nullable Copies copies) {
    if (errors < 0 || errors > total || unsure < 0 || unsure > rated || rated > total) {
      throw new IllegalArgumentException(
          "arm: %d errors of %d, %d unsure of %d (expected: 0 to the total)"
              .formatted(errors, total, unsure, rated));
    }
    this.total = total;
    this.errors = errors;
    this.rated = rated;
    this.unsure = unsure;
    this.latencies = latencies;
    this.copies = copies == null ? Copies.NONE : copies;
  }

  /** Of requests that were no copies. */
  public ArmCounts(long total, long errors, long rated, long unsure, Latencies latencies) {
    this(total, errors, rated, unsure, latencies, Copies.NONE);
  }

  /** The same without how long the answers took. */
  public ArmCounts untimed() {
    return new ArmCounts(total, errors, rated, unsure, Latencies.NONE, copies);
  }

  /** Both together. */
  public ArmCounts plus(ArmCounts other) {
    return new ArmCounts(
        total + other.total,
        errors + other.errors,
        rated + other.rated,
        unsure + other.unsure,
        latencies.plus(other.latencies),
        copies.plus(other.copies));
  }
}

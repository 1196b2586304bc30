package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.Verdict.Deciding;
import java.util.List;
import java.util.Optional;

/** What a rule's measure came to. */
sealed interface Finding {
  /** What it was measured on, in words. */
  String on();

  /**
   * A value to hold against the limit.
   *
   * @param note what a reader should know besides; may be empty
   * @param curve how it follows the strength of a fault, where it does
   */
  record Measured(
      Estimate estimate, String on, String note, List<Deciding> frames, Optional<Curve> curve)
      implements Finding {
    Measured(Estimate estimate, String on, String note, List<Deciding> frames) {
      this(estimate, on, note, frames, Optional.empty());
    }
  }

  /** A value that rests on too little. */
  record TooFew(
      Estimate estimate, String on, String why, List<Deciding> frames, Optional<Curve> curve)
      implements Finding {
    TooFew(Estimate estimate, String on, String why, List<Deciding> frames) {
      this(estimate, on, why, frames, Optional.empty());
    }
  }

  /** No value. */
  record Missing(String on, String why) implements Finding {}
}

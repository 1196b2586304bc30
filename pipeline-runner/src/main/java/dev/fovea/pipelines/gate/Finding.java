package dev.fovea.pipelines.gate;

import dev.fovea.pipelines.Verdict.Deciding;
import java.util.List;

/** What a rule's measure came to. */
sealed interface Finding {
  /** What it was measured on, in words. */
  String on();

  /**
   * A value to hold against the limit.
   *
   * @param note what a reader should know besides; may be empty
   */
  record Measured(Estimate estimate, String on, String note, List<Deciding> frames)
      implements Finding {}

  /** A value that rests on too little. */
  record TooFew(Estimate estimate, String on, String why, List<Deciding> frames)
      implements Finding {}

  /** No value. */
  record Missing(String on, String why) implements Finding {}
}

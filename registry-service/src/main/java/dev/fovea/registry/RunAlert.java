package dev.fovea.registry;

import java.time.Instant;

/**
 * What a run suffers from, told once a run and kind.
 *
 * @param metric where it shows; empty for a stall
 * @param words what was seen, a sentence with its values
 */
public record RunAlert(Kind kind, String metric, String words, Instant at) {
  /** What it is. */
  public enum Kind {
    /** A metric was NaN or infinite. */
    NOT_FINITE,
    /** A loss has lost what it had gained, or grows. */
    DIVERGENCE,
    /** A run that is going on says nothing any more. */
    STALL
  }
}

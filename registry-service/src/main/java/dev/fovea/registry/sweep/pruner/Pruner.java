package dev.fovea.registry.sweep.pruner;

/**
 * Which trial is stopped before its end. Keeps nothing between calls: what it must remember is part
 * of its verdict, and comes back by {@link Standings}.
 */
public sealed interface Pruner permits NeverPruning, SuccessiveHalving, MedianStopping {
  /** Judges a trial after a report of it. */
  Verdict judge(Curve trial, Standings others);
}

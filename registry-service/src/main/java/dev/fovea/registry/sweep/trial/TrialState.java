package dev.fovea.registry.sweep.trial;

/** Where a trial stands. */
public enum TrialState {
  /** A worker is at it. */
  RUNNING,
  /** It ended with a value. */
  COMPLETE,
  /** It was stopped before its end. */
  PRUNED,
  /** It ended without a value, or nobody heard of it again. */
  FAILED
}

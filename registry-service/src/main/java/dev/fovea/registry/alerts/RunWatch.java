package dev.fovea.registry.alerts;

import dev.fovea.kernel.Name;

/** Hears what runs log, in the transaction that writes it. */
public interface RunWatch {
  /** A run has logged something. */
  void reported(String run);

  /**
   * A metric has no finite value.
   *
   * @param what NaN or an infinity, for people
   */
  void notFinite(Name project, String run, String metric, String what, long step);
}

package dev.fovea.rollouts.turns;

/**
 * Of all processes that could move rollouts and write workloads, one does. Each turn has a higher
 * number than those before; whatever is written carries it, so that a process whose turn is over,
 * and which doesn't know it yet, is refused.
 */
public interface Turn {
  /** Whether it is this process's turn; takes it when nobody has it. */
  boolean mine();

  /**
   * The number of this process's turn.
   *
   * @throws NotTheWriter when it isn't this process's
   */
  long epoch();

  /**
   * Lets the transaction that is under way commit only if it still is this process's turn.
   *
   * @throws NotTheWriter when it isn't
   */
  void check();
}

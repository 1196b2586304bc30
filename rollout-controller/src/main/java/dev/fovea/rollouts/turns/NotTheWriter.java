package dev.fovea.rollouts.turns;

import dev.fovea.kernel.Problem;

/** Another process moves the rollouts now. */
public final class NotTheWriter extends Problem {
  private final String why;

  /**
   * @param why what shows it
   */
  public NotTheWriter(String why) {
    super(
        Kind.UNAVAILABLE,
        "this process does not move rollouts: %s".formatted(why),
        "nothing has to be done: the process whose turn it is goes on");
    this.why = why;
  }

  public String why() {
    return why;
  }
}

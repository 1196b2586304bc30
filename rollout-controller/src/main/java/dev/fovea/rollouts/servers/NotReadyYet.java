package dev.fovea.rollouts.servers;

import java.io.IOException;

/**
 * A model server was started, and can't answer yet or can't answer now. Known, not guessed: a
 * platform that couldn't be asked is another failure. Whoever runs the servers decides how long
 * this may go on, and says so by a {@link dev.fovea.kernel.Problem}.
 */
public final class NotReadyYet extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * @param why how many of how many processes answer, and what keeps the others
   */
  public NotReadyYet(String why) {
    super(why);
  }
}

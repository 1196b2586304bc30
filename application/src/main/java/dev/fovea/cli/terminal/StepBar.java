package dev.fovea.cli.terminal;

import java.io.PrintWriter;

/**
 * A bar for each step of a job, in one line of the terminal that the next one takes; where nobody
 * looks, nothing.
 */
public final class StepBar implements AutoCloseable {
  private final PrintWriter to;
  private final boolean shown;
  private String step = "";
  private long drawn;

  StepBar(PrintWriter to, boolean shown) {
    this.to = to;
    this.shown = shown;
  }

  /**
   * A step is so far.
   *
   * @param share done, 0 to 1
   */
  public void at(String newStep, double share, String summary) {
    long now = System.nanoTime();
    if (!shown || (newStep.equals(step) && now - drawn < Bar.REDRAW_NANOS)) {
      return;
    }
    step = newStep;
    drawn = now;
    to.print("\r%-9s %s %s\033[K".formatted(step, Bar.gauge(Math.clamp(share, 0, 1)), summary));
    to.flush();
  }

  /** A line that stays, for everybody. */
  public void line(String text) {
    close();
    to.println(text);
    to.flush();
    step = "";
  }

  @Override
  public void close() {
    if (shown) {
      to.print("\r\033[K");
      to.flush();
    }
  }
}

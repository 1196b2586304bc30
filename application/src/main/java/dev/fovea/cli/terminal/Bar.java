package dev.fovea.cli.terminal;

import dev.fovea.dvc.disk.Progress;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicLong;

/** A bar that grows in one line of the terminal, drawn ten times a second at most. */
final class Bar implements Progress {
  private static final int WIDTH = 30;
  static final long REDRAW_NANOS = 100_000_000;
  private static final double MEGABYTE = 1e6;
  private static final double SECOND = 1e9;

  private final PrintWriter to;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong drawn = new AtomicLong();
  private volatile String what = "";
  private volatile long all;
  private volatile long begun;

  Bar(PrintWriter to) {
    this.to = to;
  }

  @Override
  public void begin(String newWhat, long files, long ofBytes) {
    what = newWhat;
    all = files;
    begun = System.nanoTime();
    done.set(0);
    bytes.set(0);
    drawn.set(begun);
  }

  @Override
  public void did(long files, long moreBytes) {
    done.addAndGet(files);
    bytes.addAndGet(moreBytes);
    long now = System.nanoTime();
    long last = drawn.get();
    if (now - last > REDRAW_NANOS && drawn.compareAndSet(last, now)) {
      draw(now);
    }
  }

  private void draw(long now) {
    double share = all == 0 ? 1 : Math.min(1, (double) done.get() / all);
    double seconds = Math.max(1e-3, (now - begun) / SECOND);
    to.print(
        "\r%s %s %d of %d, %.0f MB/s\033[K"
            .formatted(what, gauge(share), done.get(), all, bytes.get() / MEGABYTE / seconds));
    to.flush();
  }

  /**
   * So much of a bar.
   *
   * @param share 0 to 1
   */
  static String gauge(double share) {
    int full = (int) (share * WIDTH);
    return "█".repeat(full) + "░".repeat(WIDTH - full);
  }

  @Override
  public void end() {
    to.print("\r\033[K");
    to.flush();
  }
}

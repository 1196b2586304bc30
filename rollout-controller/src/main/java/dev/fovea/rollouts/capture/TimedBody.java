package dev.fovea.rollouts.capture;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A body that is read until a deadline. A read that blocks ends with the web server's own timeout
 * between two packets; the deadline ends a client that sends one now and then. A client that breaks
 * off is its own fault, and no failure of this process.
 */
final class TimedBody extends FilterInputStream {
  private final Duration patience;
  private final long endNanos;

  TimedBody(InputStream body, Duration patience) {
    super(body);
    this.patience = patience;
    endNanos = System.nanoTime() + patience.toNanos();
  }

  @Override
  public int read() {
    requireTime();
    try {
      return super.read();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  public int read(byte[] to, int from, int length) {
    requireTime();
    try {
      return super.read(to, from, length);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static InvalidRequest broken(IOException e) {
    return new InvalidRequest(
        "body: broke off (%s)".formatted(Text.excerpt(String.valueOf(e.getMessage()))),
        "send the batch again, whole");
  }

  private void requireTime() {
    if (System.nanoTime() - endNanos > 0) {
      throw new InvalidRequest(
          "body: not whole after %d s".formatted(patience.toSeconds()),
          "send fewer frames at once, or faster");
    }
  }
}

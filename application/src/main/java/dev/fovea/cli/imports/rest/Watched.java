package dev.fovea.cli.imports.rest;

import dev.fovea.kernel.MeteredStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The body of an answer that is closed when no byte of it comes for a while. */
final class Watched extends MeteredStream {
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("import-watch").factory());

  private final Duration patience;
  private final ScheduledFuture<?> watch;
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stalled;

  Watched(InputStream in, Duration patience) {
    super(in);
    this.patience = patience;
    long every = Math.max(1, patience.toMillis() / 4);
    watch = CLOCK.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (System.nanoTime() - lastNanos > patience.toNanos()) {
      stalled = true;
      try {
        close();
      } catch (IOException _) {
        // The reader is told by its own exception.
      }
    }
  }

  @Override
  protected void passed(long bytes) {
    lastNanos = System.nanoTime();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    // What lies between two reads is the reader's time, not the server's.
    lastNanos = System.nanoTime();
    try {
      return super.read(buffer, offset, length);
    } catch (IOException e) {
      if (stalled) {
        throw new IOException("no byte came in %d s".formatted(patience.toSeconds()), e);
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    super.close();
  }
}

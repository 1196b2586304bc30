package dev.fovea.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Ends a process that takes too long or grows too large. The size is known on Linux alone;
 * elsewhere time is what bounds it.
 */
final class Watch implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(20);
  private static final Pattern RESIDENT = Pattern.compile("(?m)^RssAnon:\\s+(\\d+) kB$");

  private final Process process;
  private final long mostBytes;
  private final Thread thread;
  private volatile long deadline = Long.MAX_VALUE;
  private volatile Optional<QueryProblem> ended = Optional.empty();
  private volatile Duration time = Duration.ZERO;

  /**
   * Begins to watch its size.
   *
   * @param mostBytes of memory that is its own, at most
   */
  Watch(Process process, long mostBytes) {
    this.process = process;
    this.mostBytes = mostBytes;
    this.thread = Thread.ofPlatform().daemon().start(this::watch);
  }

  /** From now on it has so much time. */
  void allow(Duration limit) {
    time = limit;
    deadline = System.nanoTime() + limit.toNanos();
  }

  private void watch() {
    try {
      while (!process.waitFor(PERIOD)) {
        if (deadline != Long.MAX_VALUE && System.nanoTime() - deadline > 0) {
          end(
              new QueryProblem(
                  "the query was ended after %d s".formatted(time.toSeconds()),
                  "select less, or give it longer with --timeout"));
        } else if (resident() > mostBytes) {
          end(
              new QueryProblem(
                  "the query was ended when its process had more than %d MiB"
                      .formatted(mostBytes >> 20),
                  "select less at once; one call made something very large"));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(QueryProblem problem) throws InterruptedException {
    ended = Optional.of(problem);
    process.destroyForcibly().waitFor();
  }

  private long resident() {
    try {
      var status =
          RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
      return status.find() ? Long.parseLong(status.group(1)) << 10 : 0;
    } catch (IOException _) {
      return 0; // no Linux, or it has just ended
    }
  }

  /** Why it was ended; absent where it ended by itself. */
  Optional<QueryProblem> ended() {
    return ended;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    thread.interrupt();
  }
}

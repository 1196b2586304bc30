package dev.fovea.serving.model;

import dev.fovea.serving.protocol.ProtocolError;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads that infer, and a bounded line in front of them. They are platform threads: native
 * code pins the carrier of a virtual one, and a few long runs would stop every virtual thread of
 * the process.
 */
public final class RunQueue implements AutoCloseable {
  private final ThreadPoolExecutor runners;
  private final int waiting;
  private final Duration patience;

  /**
   * @param runs how many at one time
   * @param waiting how many may wait
   * @param patience how long one waits
   */
  public RunQueue(String model, int runs, int waiting, Duration patience) {
    this.waiting = waiting;
    this.patience = patience;
    runners =
        new ThreadPoolExecutor(
            runs,
            runs,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name("infer-" + model + "-", 0).factory());
  }

  /**
   * Does the work when a thread is free.
   *
   * @throws ProtocolError with status 503 when the line is full or the wait took too long; the work
   *     isn't begun then
   */
  public <T> T run(Callable<T> work) {
    var task = new FutureTask<>(work);
    try {
      runners.execute(task);
      return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      throw ProtocolError.unavailable(
          "%d requests wait already, no more are taken".formatted(waiting));
    } catch (TimeoutException _) {
      runners.remove(task);
      task.cancel(false);
      throw ProtocolError.unavailable("no answer within %d ms".formatted(patience.toMillis()));
    } catch (InterruptedException _) {
      task.cancel(false);
      Thread.currentThread().interrupt();
      throw ProtocolError.unavailable("the server stops");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ProtocolError known -> throw known;
        case OutOfMemoryError _ ->
            throw ProtocolError.unavailable("the server has no memory for this request now");
        case null, default -> throw ProtocolError.failed("the model failed: " + e.getCause());
      }
    }
  }

  /** How many wait now. */
  public int waiting() {
    return runners.getQueue().size();
  }

  /** Ends the threads; work that has begun is finished. */
  @Override
  public void close() {
    runners.shutdown();
    try {
      if (!runners.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        runners.shutdownNow();
      }
    } catch (InterruptedException _) {
      runners.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

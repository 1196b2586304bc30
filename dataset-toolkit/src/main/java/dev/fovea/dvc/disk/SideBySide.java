package dev.fovea.dvc.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Work on many things by a few threads, each with tools of its own. */
public final class SideBySide {
  private SideBySide() {}

  /** Does one thing. */
  public interface Work<S, T> {
    void on(S tools, T thing) throws IOException;
  }

  /** Does one thing, known by its number. */
  public interface NumberedWork<S> {
    void on(S tools, int number) throws IOException;
  }

  /** All of them, by as many threads as there are processors. */
  public static <S, T> void each(List<T> things, Supplier<S> tools, Work<S, T> work)
      throws IOException {
    each(things, Runtime.getRuntime().availableProcessors(), tools, work);
  }

  /**
   * All of them. The first that fails stops the others, and its failure is thrown.
   *
   * @param threads at most
   */
  public static <S, T> void each(List<T> things, int threads, Supplier<S> tools, Work<S, T> work)
      throws IOException {
    each(things.size(), threads, tools, (own, number) -> work.on(own, things.get(number)));
  }

  /**
   * The same for things that are no objects.
   *
   * @param things how many
   */
  public static <S> void each(int things, int threads, Supplier<S> tools, NumberedWork<S> work)
      throws IOException {
    var next = new AtomicInteger();
    var stopped = new AtomicBoolean();
    try (var pool = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
      List<Future<Void>> all =
          IntStream.range(0, Math.min(threads, things))
              .mapToObj(_ ->
                  pool.<Void>submit(() -> {
                    var own = tools.get();
                    try {
                      for (int i = next.getAndIncrement();
                          i < things && !stopped.get();
                          i = next.getAndIncrement()) {
                        work.on(own, i);
                      }
                    } catch (Throwable e) {
                      stopped.set(true);
                      throw e;
                    }
                    return null;
                  }))
              .toList();
      for (var each : all) {
        join(each);
      }
    }
  }

  private static void join(Future<Void> work) throws IOException {
    try {
      work.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException known -> throw known;
        case UncheckedIOException known -> throw known.getCause();
        case RuntimeException known -> throw known;
        case Error known -> throw known;
        case null, default -> throw new IOException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

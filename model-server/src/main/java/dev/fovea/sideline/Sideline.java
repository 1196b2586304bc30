package dev.fovea.sideline;

import dev.fovea.kernel.ByteSize;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Work that nobody waits for. It runs on threads of its own, a few at a time; a few more wait, for
 * as many bytes as they may hold; what doesn't fit is refused at once. Whoever offers work never
 * waits, however long the work takes.
 */
public final class Sideline implements AutoCloseable {
  private final int most;
  private final int mostWaiting;
  private final long mostBytes;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Work> waiting = new ArrayDeque<>();
  private int running;
  private long bytes;
  private boolean closed;

  /**
   * @param running how many run at one time, 1 or more
   * @param waiting how many more may wait
   * @param held the bytes of all that run and wait
   */
  public Sideline(int running, int waiting, ByteSize held) {
    most = running;
    mostWaiting = waiting;
    mostBytes = held.bytes();
  }

  private record Work(long bytes, Runnable task) {}

  /**
   * Takes the work if there is room.
   *
   * @param held how many bytes it keeps in memory until it is done
   * @return false when it is not taken and will not run
   */
  public synchronized boolean offer(long held, Runnable task) {
    if (closed || bytes + held > mostBytes || running >= most && waiting.size() >= mostWaiting) {
      return false;
    }
    bytes += held;
    var work = new Work(held, task);
    if (running < most) {
      running++;
      threads.execute(() -> run(work));
    } else {
      waiting.add(work);
    }
    return true;
  }

  private void run(Work first) {
    for (var work = first; work != null; work = following(work)) {
      try {
        work.task().run();
      } catch (RuntimeException e) {
        System.getLogger(Sideline.class.getName())
            .log(System.Logger.Level.WARNING, "work beside the answers failed", e);
      }
    }
  }

  private synchronized @Nullable Work following(Work done) {
    bytes -= done.bytes();
    var next = waiting.poll();
    if (next == null) {
      running--;
    }
    return next;
  }

  /** How many run or wait now. */
  public synchronized int underWay() {
    return running + waiting.size();
  }

  /** Takes nothing more, drops what waits and interrupts what runs. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.clear();
    }
    threads.shutdownNow();
  }
}

package dev.fovea.dvc.cache;

import dev.fovea.dvc.disk.WorkProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the removal of objects apart from all that rely on what the cache has. Whoever adds, gets
 * or checks out shares the lock until the {@code .dvc} file says what is needed; who removes has it
 * alone. It is the file system's, so it ends with the process that has it; within a process it is
 * counted.
 */
public final class CacheLock implements AutoCloseable {
  private static final String FILE = "fovea-lock";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Map<Path, Held> HELD = new HashMap<>();

  /** How often this process has it; alone where it is negative. */
  private static final class Held {
    private final Optional<FileChannel> channel;
    private int times;

    Held(Optional<FileChannel> channel, int times) {
      this.channel = channel;
      this.times = times;
    }
  }

  private final Path file;
  private boolean closed;

  private CacheLock(Path file) {
    this.file = file;
  }

  /**
   * Takes it together with others. Where the cache can't be written to, or the file system has no
   * locks, there is nothing to take: nobody removes anything there either.
   *
   * @throws WorkProblem when somebody removes objects, and is not done in a minute
   */
  public static CacheLock share(ObjectCache cache) throws IOException {
    return share(cache, PATIENCE);
  }

  public static CacheLock share(ObjectCache cache, Duration patience) throws IOException {
    var file = cache.root().toRealPath().resolve(FILE);
    long end = System.nanoTime() + patience.toNanos();
    while (!take(file, cache, true)) {
      if (System.nanoTime() > end) {
        throw WorkProblem.unavailable(
            "a gc of the cache %s is under way".formatted(cache.root()), "repeat when it is over");
      }
      pause();
    }
    return new CacheLock(file);
  }

  /**
   * Takes it alone.
   *
   * @throws WorkProblem when somebody else has it, or the file system has no locks
   */
  public static CacheLock alone(ObjectCache cache) throws IOException {
    var file = cache.root().toRealPath().resolve(FILE);
    if (!take(file, cache, false)) {
      throw WorkProblem.unavailable(
          "the cache %s is in use by another command".formatted(cache.root()),
          "repeat when it is over");
    }
    return new CacheLock(file);
  }

  private static boolean take(Path file, ObjectCache cache, boolean shared) throws IOException {
    synchronized (HELD) {
      var held = HELD.get(file);
      if (held != null) {
        boolean together = shared && held.times > 0;
        held.times += together ? 1 : 0;
        return together;
      }
      var channel = open(file, cache, shared);
      if (channel.isEmpty() && !shared) {
        throw new WorkProblem(
            "the file system of %s has no locks, or %s can't be written to"
                .formatted(cache.root(), file),
            "clean it where its files lie, as who may write there");
      }
      if (channel.isPresent() && !lock(channel.get(), shared)) {
        return false;
      }
      HELD.put(file, new Held(channel, shared ? 1 : -1));
      return true;
    }
  }

  /** Whether it was free; else the channel is closed. */
  private static boolean lock(FileChannel channel, boolean shared) throws IOException {
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = Optional.ofNullable(channel.tryLock(0, Long.MAX_VALUE, shared));
    } catch (OverlappingFileLockException _) {
      // Another loader's copy of this class has it.
    } catch (IOException e) {
      channel.close();
      if (shared) {
        return true;
      }
      throw e;
    }
    if (lock.isEmpty()) {
      channel.close();
    }
    return lock.isPresent();
  }

  private static Optional<FileChannel> open(Path file, ObjectCache cache, boolean shared)
      throws IOException {
    try {
      if (!Files.exists(file)) {
        cache.makeLockFile(file);
      }
      return Optional.of(
          shared
              ? FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
              : FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    } catch (java.nio.file.FileSystemException _) {
      return Optional.empty();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      var held = HELD.get(file);
      if (closed || held == null) {
        return;
      }
      closed = true;
      held.times -= held.times > 0 ? 1 : -1;
      if (held.times == 0) {
        HELD.remove(file);
        if (held.channel.isPresent()) {
          held.channel.get().close();
        }
      }
    }
  }
}

package dev.fovea.datasets.versions;

import dev.fovea.kernel.Name;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * One at a time a project. The repositories lie in a folder of this process, so a lock in it is
 * enough.
 */
@Component
public class ProjectLocks {
  private final ConcurrentMap<Name, ReentrantLock> locks = new ConcurrentHashMap<>();

  /** To be closed by the thread that took it; it may take it again meanwhile. */
  public Held hold(Name project) {
    var lock = locks.computeIfAbsent(project, _ -> new ReentrantLock(true));
    lock.lock();
    return lock::unlock;
  }

  /** Held until closed. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }
}

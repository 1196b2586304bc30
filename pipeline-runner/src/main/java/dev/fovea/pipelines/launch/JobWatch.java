package dev.fovea.pipelines.launch;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.function.Consumer;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks at a job that somebody waits for, again and again, and starts the waiter when it has ended.
 * It is a row of the queue: no thread sleeps on a job, and a process that dies loses nothing.
 */
public final class JobWatch {
  private final JobLauncher launcher;
  private final ObjectStore objects;
  private final TransactionTemplate transactions;
  private final Consumer<Watched> later;
  private final Consumer<Digest> wake;

  /**
   * The row of the queue.
   *
   * @param order the object with the job's spec
   * @param waiter the release that waits
   */
  public record Watched(Digest order, Digest waiter) {
    /** One row for what is waited for, by whom. */
    public String id() {
      return waiter.hex().substring(0, 32) + "-" + order.hex().substring(0, 32);
    }
  }

  /**
   * @param later looks again after a pause; called in a transaction
   * @param wake starts the waiter; called in a transaction
   */
  public JobWatch(
      JobLauncher launcher,
      ObjectStore objects,
      TransactionTemplate transactions,
      Consumer<Watched> later,
      Consumer<Digest> wake) {
    this.launcher = launcher;
    this.objects = objects;
    this.transactions = transactions;
    this.later = later;
    this.wake = wake;
  }

  /** One look, which moves the job on as well. */
  public void look(Watched watched) throws IOException {
    var state = launcher.launch(JobSpec.read(objects, watched.order()));
    transactions.executeWithoutResult(_ -> {
      if (state instanceof JobState.Running) {
        later.accept(watched);
      } else {
        wake.accept(watched.waiter());
      }
    });
  }
}

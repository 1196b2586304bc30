package dev.fovea.pipelines.launch;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks at a job that somebody waits for, again and again, and starts the waiter when it has ended.
 * It is a row of the queue: no thread sleeps on a job, and a process that dies loses nothing.
 */
public final class JobWatch {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);

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
    boolean runs = runs(JobSpec.read(objects, watched.order()));
    transactions.executeWithoutResult(_ -> {
      if (runs) {
        later.accept(watched);
      } else {
        wake.accept(watched.waiter());
      }
    });
  }

  /**
   * Starts no job: what is gone was discarded, by the waiter itself. What the launcher cannot get
   * over is the waiter's to meet, which tells people.
   */
  private boolean runs(JobSpec job) {
    try {
      return launcher.look(job).filter(JobState.Running.class::isInstance).isPresent();
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.UNAVAILABLE) {
        throw e;
      }
      LOG.warn("job {}: {}", job.name(), e.explanation());
      return false;
    } catch (UncheckedIOException e) {
      LOG.warn("job {}: {}", job.name(), String.valueOf(e.getMessage()));
      return false;
    }
  }
}

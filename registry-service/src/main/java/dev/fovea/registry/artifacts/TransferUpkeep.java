package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Problem;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Deletes what was sent of files that never came whole. Each process does; two that sweep the same
 * upload find nothing left.
 */
@Component
final class TransferUpkeep implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(TransferUpkeep.class);
  private static final Duration EVERY = Duration.ofMinutes(5);

  /** A part whose address was good when it began to come may still be coming. */
  private static final Duration GRACE = Duration.ofHours(1);

  private static final int MOST = 200;

  private final TransferRows rows;
  private final ObjectStore objects;
  private volatile @Nullable ScheduledExecutorService timer;

  TransferUpkeep(TransferRows rows, ObjectStore objects) {
    this.rows = rows;
    this.objects = objects;
  }

  /** One round; what can't be deleted now is left for the next. */
  void sweep() {
    for (var transfer : rows.over(GRACE, MOST)) {
      try {
        if (transfer.parts() > 0) {
          objects.transfers().delete(transfer.id(), transfer.parts());
        }
        rows.forget(transfer.id());
      } catch (IOException e) {
        LOG.warn("parts of upload {} can't be deleted yet: {}", transfer.id(), e.getMessage());
      } catch (Problem e) {
        // The store doesn't answer, and would not for the others.
        LOG.warn("parts of uploads can't be deleted yet: {}", e.getMessage());
        return;
      }
    }
  }

  private void quietly() {
    try {
      sweep();
    } catch (RuntimeException e) {
      // A timer that throws once never runs again; the database may be back the next time.
      LOG.warn("uploads that are over were not swept", e);
    }
  }

  @Override
  public void start() {
    var started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("transfer-upkeep").factory());
    long seconds = EVERY.toSeconds();
    started.scheduleWithFixedDelay(this::quietly, seconds, seconds, TimeUnit.SECONDS);
    timer = started;
  }

  @Override
  public void stop() {
    var running = timer;
    if (running != null) {
      timer = null;
      running.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }
}

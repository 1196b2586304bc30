package dev.fovea.registry.metrics;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What is done behind the back of those who log: blocks for charts, and the ranks by which searches
 * find latest values. Nothing is wrong where it was not done yet, or never: it is slower.
 */
@Component
final class MetricUpkeep implements SmartLifecycle {
  private static final Duration BETWEEN_RANKINGS = Duration.ofMinutes(1);
  private static final int MOST_WAITING = 10_000;

  private final MetricBlocks blocks;
  private final MetricRanks ranks;
  private final Set<Series> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ScheduledExecutorService timer;

  MetricUpkeep(MetricBlocks blocks, MetricRanks ranks) {
    this.blocks = blocks;
    this.ranks = ranks;
  }

  /**
   * Has blocks made for a metric, soon; one among too many is asked for again by its next batch.
   */
  void chart(String run, String key) {
    var series = new Series(run, key);
    var running = timer;
    if (running == null || waiting.size() >= MOST_WAITING || !waiting.add(series)) {
      return;
    }
    try {
      // A moment later, when the transaction of whoever asks has committed in all likelihood.
      running.schedule(() -> quietly(() -> build(series)), 1, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      waiting.remove(series);
    }
  }

  private void build(Series series) {
    waiting.remove(series);
    blocks.build(series.run, series.key);
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      // A timer that throws once never runs again; the database may be back the next time.
      LoggerFactory.getLogger(MetricUpkeep.class)
          .warn("metrics were not prepared for charts and searches", e);
    }
  }

  @Override
  public void start() {
    var started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("metric-upkeep").factory());
    long seconds = BETWEEN_RANKINGS.toSeconds();
    started.scheduleWithFixedDelay(
        () -> quietly(ranks::rankAll), seconds, seconds, TimeUnit.SECONDS);
    timer = started;
  }

  @Override
  public void stop() {
    var running = timer;
    if (running != null) {
      timer = null;
      running.shutdownNow();
      waiting.clear();
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }

  private record Series(String run, String key) {}
}

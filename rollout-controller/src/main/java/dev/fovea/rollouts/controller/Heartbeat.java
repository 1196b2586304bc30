package dev.fovea.rollouts.controller;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Lets the reconciler look, from when the application is up until it begins to stop. */
final class Heartbeat implements SmartLifecycle {
  private final Reconciler reconciler;
  private final Duration interval;
  private volatile @Nullable ScheduledExecutorService timer;

  Heartbeat(Reconciler reconciler, Duration interval) {
    this.reconciler = reconciler;
    this.interval = interval;
  }

  @Override
  public void start() {
    var started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("rollouts-heartbeat").factory());
    started.scheduleWithFixedDelay(this::beat, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    timer = started;
  }

  private void beat() {
    try {
      reconciler.tick();
    } catch (RuntimeException e) {
      // A timer that throws once never runs again; the database may be back at the next beat.
      LoggerFactory.getLogger(Heartbeat.class).warn("rollouts were not looked at", e);
    }
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

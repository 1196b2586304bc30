package dev.fovea.registry.alerts;

import dev.fovea.kernel.Name;
import dev.fovea.registry.RunAlert.Kind;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** Keeps the pulse of each run, and raises the alarm for what is no number. */
@Component
final class WatchedRuns implements RunWatch {
  /** A run's row is not written more often than so, however many workers log to it at once. */
  static final Duration PULSE = Duration.ofSeconds(5);

  private static final int MOST_KNOWN = 10_000;

  private final AlertRows rows;
  private final Alarm alarm;
  private final ConcurrentHashMap<String, Long> pulses = new ConcurrentHashMap<>();

  WatchedRuns(AlertRows rows, Alarm alarm) {
    this.rows = rows;
    this.alarm = alarm;
  }

  @Override
  public void reported(String run) {
    long now = System.nanoTime();
    var before = pulses.get(run);
    if (before != null && now - before < PULSE.toNanos()) {
      return;
    }
    if (pulses.size() > MOST_KNOWN) {
      pulses.clear();
    }
    pulses.put(run, now);
    rows.heard(run);
  }

  @Override
  public void notFinite(Name project, String run, String metric, String what, long step) {
    alarm.raise(
        project,
        run,
        Kind.NOT_FINITE,
        metric,
        "%s was %s at step %d".formatted(metric, what, step));
  }
}

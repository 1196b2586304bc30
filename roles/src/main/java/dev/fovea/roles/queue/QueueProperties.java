package dev.fovea.roles.queue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How every service's queue works.
 *
 * @param pollingInterval how often it looks for what other processes enqueued; what this process
 *     enqueues starts at once
 * @param heartbeatInterval how often a process says that it still works on something
 * @param missedHeartbeats after how many missing heartbeats another process takes the work over, 4
 *     or more
 * @param threads how many pieces of work of one service run at the same time in one process
 * @param tries how often work is tried before it is parked
 * @param triesWhileUnavailable the same where something it needs is unavailable: patience, since
 *     waiting helps there
 * @param firstRetry the pause before the second try; it doubles with each
 * @param longestRetry the longest pause
 * @param shutdownWait how long a stopping process lets running work go on before it interrupts it
 */
@ConfigurationProperties("fovea.queue")
public record QueueProperties(
    @DefaultValue("500ms") Duration pollingInterval,
    @DefaultValue("5s") Duration heartbeatInterval,
    @DefaultValue("4") int missedHeartbeats,
    @DefaultValue("16") int threads,
    @DefaultValue("8") int tries,
    @DefaultValue("1500") int triesWhileUnavailable,
    @DefaultValue("1s") Duration firstRetry,
    @DefaultValue("1m") Duration longestRetry,
    @DefaultValue("2s") Duration shutdownWait) {
  public QueueProperties {
    if (missedHeartbeats < 4 || threads < 1 || tries < 1 || triesWhileUnavailable < tries) {
      throw new IllegalArgumentException(
          "fovea.queue: missed-heartbeats %d, threads %d, tries %d, tries-while-unavailable %d (expected: >= 4, >= 1, >= 1, >= tries)"
              .formatted(missedHeartbeats, threads, tries, triesWhileUnavailable));
    }
  }

  /** The pause after this many failures, from 1. */
  Duration pauseAfter(int failures) {
    var pause = firstRetry.multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(longestRetry) < 0 ? pause : longestRetry;
  }
}

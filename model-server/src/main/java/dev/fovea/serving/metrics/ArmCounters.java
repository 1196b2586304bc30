package dev.fovea.serving.metrics;

import dev.fovea.kernel.LatencyBuckets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What this process answered, for whoever compares it with another: counts that only grow, so that
 * a reader who knows the last reading knows what is new, and a reading that was lost loses nothing.
 * A process that was started again has another {@code boot}.
 */
public final class ArmCounters {
  private static final int PERMILLE = 1000;
  private static final int NO_NUMBER = -1;

  private final UUID boot = UUID.randomUUID();
  private final long began = System.nanoTime();
  private final Map<Integer, Long> latencies = new TreeMap<>();
  private final Map<Integer, Long> confidences = new TreeMap<>();
  private long answered;
  private long failed;
  private long total;
  private long errors;
  private long underWay;

  /**
   * All counts at one moment.
   *
   * @param boot names this process
   * @param upMillis for how long it has counted
   * @param answered good answers
   * @param failed bad ones: a status from 400
   * @param total requests that named no version, so that whoever splits the traffic sent them here
   * @param errors those of {@code total} that failed
   * @param rated those of {@code total} whose good answer has a confidence
   * @param underWay requests that are being answered now
   * @param latencies of the good answers of {@code total}, by {@link LatencyBuckets bucket}
   * @param confidences of the {@code rated}, by whole thousandths, rounded down; -1 holds those
   *     that are no numbers. The reader chooses what is unsure, the same for both arms
   */
  public record Reading(
      UUID boot,
      long upMillis,
      long answered,
      long failed,
      long total,
      long errors,
      long rated,
      long underWay,
      Map<Integer, Long> latencies,
      Map<Integer, Long> confidences) {}

  /** A request came. */
  public synchronized void begin() {
    underWay++;
  }

  /** It is not to be counted after all. */
  public synchronized void withdraw() {
    underWay--;
  }

  /**
   * It was answered.
   *
   * @param good whether with a status below 400
   * @param named whether the client chose the version
   * @param confidence the least of its images'
   */
  public synchronized void end(boolean good, boolean named, long nanos, OptionalDouble confidence) {
    underWay--;
    if (good) {
      answered++;
    } else {
      failed++;
    }
    if (named) {
      return;
    }
    total++;
    if (!good) {
      errors++;
      return;
    }
    latencies.merge(LatencyBuckets.of(nanos), 1L, Long::sum);
    if (confidence.isPresent()) {
      double value = confidence.getAsDouble();
      int bucket =
          Double.isNaN(value)
              ? NO_NUMBER
              : (int) Math.clamp(Math.floor(value * PERMILLE), 0, PERMILLE);
      confidences.merge(bucket, 1L, Long::sum);
    }
  }

  /** Everything so far. */
  public synchronized Reading reading() {
    long rated = confidences.values().stream().mapToLong(Long::longValue).sum();
    return new Reading(
        boot,
        Duration.ofNanos(System.nanoTime() - began).toMillis(),
        answered,
        failed,
        total,
        errors,
        rated,
        underWay,
        Map.copyOf(latencies),
        Map.copyOf(confidences));
  }
}

package dev.fovea.kernel;

import java.time.Duration;

/** Latencies in buckets that grow by a tenth: bucket b ends at 0.1 ms · 1.1^b. */
public final class LatencyBuckets {
  /** The bucket of everything above 71 s. */
  public static final int LAST = 141;

  private static final double FIRST_NANOS = 100_000;
  private static final double GROWTH = 1.1;

  private LatencyBuckets() {}

  /** The bucket of a latency. */
  public static int of(long nanos) {
    if (nanos <= FIRST_NANOS) {
      return 0;
    }
    return (int) Math.min(Math.ceil(Math.log(nanos / FIRST_NANOS) / Math.log(GROWTH)), LAST);
  }

  /** Where a bucket ends. */
  public static Duration end(int bucket) {
    return Duration.ofNanos(Math.round(FIRST_NANOS * Math.pow(GROWTH, bucket)));
  }
}

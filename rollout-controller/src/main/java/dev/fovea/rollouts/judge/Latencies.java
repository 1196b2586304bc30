package dev.fovea.rollouts.judge;

import dev.fovea.kernel.LatencyBuckets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many answers took how long, in buckets that grow by a tenth: bucket b ends at 0.1 ms · 1.1^b.
 *
 * @param counts by bucket; buckets without answers are absent
 */
public record Latencies(Map<Integer, Long> counts) {
  /** None yet. */
  public static final Latencies NONE = new Latencies(Map.of());

  /** The bucket of everything above 71 s. */
  public static final int LAST_BUCKET = LatencyBuckets.LAST;

  public Latencies {
    counts = Map.copyOf(counts);
  }

  /** The bucket of a latency. */
  public static int bucketOf(long nanos) {
    return LatencyBuckets.of(nanos);
  }

  /** Where a bucket ends. */
  public static Duration end(int bucket) {
    return LatencyBuckets.end(bucket);
  }

  /** Both together. */
  public Latencies plus(Latencies other) {
    var sum = new TreeMap<>(counts);
    other.counts.forEach((bucket, count) -> sum.merge(bucket, count, Long::sum));
    return new Latencies(sum);
  }

  /** How many answers. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many took longer than that bucket's end. */
  public long above(int bucket) {
    return counts.entrySet().stream()
        .filter(each -> each.getKey() > bucket)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The first bucket by whose end at least this share of the answers was there. */
  public int quantile(double share) {
    double needed = share * total();
    long seen = 0;
    for (var each : new TreeMap<>(counts).entrySet()) {
      seen += each.getValue();
      if (seen >= needed) {
        return each.getKey();
      }
    }
    return LAST_BUCKET;
  }
}

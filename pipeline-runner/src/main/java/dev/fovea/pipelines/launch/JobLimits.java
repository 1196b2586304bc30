package dev.fovea.pipelines.launch;

import dev.fovea.kernel.ByteSize;
import java.time.Duration;

/**
 * What one shard of a job may take.
 *
 * @param memory of the program, at least 16 MiB
 * @param time of one try, with the transport of its files where that happens beside it
 * @param cpus how many processors it should use
 * @param retries how often a shard is tried again after it was lost or failed without a reason that
 *     would come back
 */
public record JobLimits(ByteSize memory, Duration time, int cpus, int retries) {
  private static final ByteSize LEAST_MEMORY = new ByteSize(16L << 20);
  private static final Duration LONGEST = Duration.ofDays(7);

  public JobLimits {
    if (memory.compareTo(LEAST_MEMORY) < 0) {
      throw new IllegalArgumentException(
          "memory of a job: %s (expected: %s or more)".formatted(memory, LEAST_MEMORY));
    }
    if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "time of a job: %s (expected: 1 s to %d days)".formatted(time, LONGEST.toDays()));
    }
    if (cpus < 1 || cpus > 1024) {
      throw new IllegalArgumentException(
          "processors of a job: %d (expected: 1 to 1024)".formatted(cpus));
    }
    if (retries < 0 || retries > 20) {
      throw new IllegalArgumentException(
          "retries of a job: %d (expected: 0 to 20)".formatted(retries));
    }
  }
}

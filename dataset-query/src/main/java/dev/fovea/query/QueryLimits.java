package dev.fovea.query;

import java.time.Duration;

/**
 * How much a query may take.
 *
 * @param time from when the tables are there to the last row
 * @param rows that are given back, at most
 * @param memoryBytes that the database may use; its process may use as much again, and its heap
 */
public record QueryLimits(Duration time, long rows, long memoryBytes) {
  private static final long MOST_ROWS = 10_000_000;

  /** A minute, 1,000 rows, 256 MiB. */
  public static final QueryLimits DEFAULT =
      new QueryLimits(Duration.ofSeconds(60), 1_000, 256L << 20);

  public QueryLimits {
    if (time.isNegative() || time.isZero()) {
      throw new QueryProblem(
          "time limit: %s (expected: more than none)".formatted(time), "give seconds, such as 60");
    }
    if (rows < 1 || rows > MOST_ROWS) {
      throw new QueryProblem(
          "row limit: %d (expected: 1 to %d)".formatted(rows, MOST_ROWS), "give another");
    }
  }

  /** For choosing images, of which a dataset may have millions. */
  QueryLimits forPaths() {
    return new QueryLimits(time, MOST_ROWS, memoryBytes);
  }
}

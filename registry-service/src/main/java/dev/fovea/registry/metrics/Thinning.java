package dev.fovea.registry.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A chart's points of blocks, with none of a spike lost. */
final class Thinning {
  private static final int LEAST_WITH_BUCKETS = 4;
  private static final int LEAST_WITH_NAN = 5;

  private Thinning() {}

  /**
   * At most so many points by step, time and value: the first, the last, and of buckets between
   * them, of about as many points each, the lowest and the highest value and the first NaN.
   *
   * @param blocks by time, at least one
   * @param latest the last by step
   * @param most at least 1
   */
  static List<LoggedMetric> points(List<MetricBlock> blocks, LoggedMetric latest, int most) {
    var kept = new TreeSet<>(MetricBlock.BY_STEP);
    kept.add(latest);
    if (most > 1) {
      kept.add(blocks.stream().reduce(MetricBlock::and).orElseThrow().first());
    }
    if (most >= LEAST_WITH_BUCKETS) {
      var nan = most >= LEAST_WITH_NAN && blocks.stream().anyMatch(block -> block.nan() != null);
      merged(blocks, (most - 2) / (nan ? 3 : 2))
          .forEach(bucket -> {
            Optional.ofNullable(bucket.low()).ifPresent(kept::add);
            Optional.ofNullable(bucket.high()).ifPresent(kept::add);
            Optional.ofNullable(bucket.nan()).filter(_ -> nan).ifPresent(kept::add);
          });
    }
    return List.copyOf(kept);
  }

  private static List<MetricBlock> merged(List<MetricBlock> blocks, int buckets) {
    long all = blocks.stream().mapToLong(MetricBlock::points).sum();
    var merged = new ArrayList<MetricBlock>();
    long before = 0;
    long bucket = -1;
    for (var block : blocks) {
      long own = Math.multiplyExact(before, buckets) / all;
      if (own == bucket) {
        merged.add(merged.removeLast().and(block));
      } else {
        merged.add(block);
      }
      bucket = own;
      before += block.points();
    }
    return merged;
  }
}

package dev.fovea.registry.metrics;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chart needs of points that follow each other in time.
 *
 * @param points how many there are
 * @param last the last by time
 * @param low the lowest value, of several the first; absent where all are NaN
 * @param high the highest value, of several the first
 * @param nan the first NaN
 * @param first the first by step
 */
record MetricBlock(
    int points,
    LoggedMetric last,
    @Nullable LoggedMetric low,
    @Nullable LoggedMetric high,
    @Nullable LoggedMetric nan,
    LoggedMetric first) {
  /** How many points a new one in the table has. */
  static final int SIZE = 64;

  /** The order of charts. */
  static final Comparator<LoggedMetric> BY_STEP =
      LoggedMetric.BY_STEP.thenComparing(LoggedMetric::isNan);

  /** What these points have, which are in order of time. */
  static MetricBlock of(List<LoggedMetric> points) {
    LoggedMetric low = null;
    LoggedMetric high = null;
    LoggedMetric nan = null;
    var first = points.getFirst();
    for (var point : points) {
      if (point.isNan()) {
        nan = nan == null ? point : nan;
      } else {
        low = low == null || point.value() < low.value() ? point : low;
        high = high == null || point.value() > high.value() ? point : high;
      }
      first = BY_STEP.compare(point, first) < 0 ? point : first;
    }
    return new MetricBlock(points.size(), points.getLast(), low, high, nan, first);
  }

  /** This and the one after it as one. */
  MetricBlock and(MetricBlock next) {
    return new MetricBlock(
        points + next.points,
        next.last,
        low == null || (next.low != null && next.low.value() < low.value()) ? next.low : low,
        high == null || (next.high != null && next.high.value() > high.value()) ? next.high : high,
        nan == null ? next.nan : nan,
        BY_STEP.compare(next.first, first) < 0 ? next.first : first);
  }
}

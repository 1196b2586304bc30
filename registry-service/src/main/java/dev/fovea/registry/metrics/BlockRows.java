package dev.fovea.registry.metrics;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Blocks as rows of {@code registry.metric_block}. */
record BlockRows(JdbcClient database) {
  /** The block of a row. */
  static MetricBlock block(ResultSet row, String key) throws SQLException {
    return new MetricBlock(
        row.getInt("points"),
        last(row, key),
        valued(row, key, "low"),
        valued(row, key, "high"),
        nan(row, key),
        point(row, key, "first"));
  }

  /** The last point of a row's block. */
  static LoggedMetric last(ResultSet row, String key) throws SQLException {
    return point(row, key, "last");
  }

  private static LoggedMetric point(ResultSet row, String key, String which) throws SQLException {
    return new LoggedMetric(
        key,
        row.getBoolean(which + "_nan") ? Double.NaN : row.getDouble(which + "_value"),
        row.getLong(which + "_ms"),
        row.getLong(which + "_step"));
  }

  private static @Nullable LoggedMetric valued(ResultSet row, String key, String which)
      throws SQLException {
    var value = row.getDouble(which + "_value");
    return row.wasNull()
        ? null
        : new LoggedMetric(key, value, row.getLong(which + "_ms"), row.getLong(which + "_step"));
  }

  private static @Nullable LoggedMetric nan(ResultSet row, String key) throws SQLException {
    var at = row.getLong("nan_ms");
    return row.wasNull() ? null : new LoggedMetric(key, Double.NaN, at, row.getLong("nan_step"));
  }

  void insert(String run, String key, List<MetricBlock> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    var low = blocks.stream().map(MetricBlock::low).toList();
    var high = blocks.stream().map(MetricBlock::high).toList();
    var nan = blocks.stream().map(MetricBlock::nan).toList();
    var last = blocks.stream().map(MetricBlock::last).toList();
    var first = blocks.stream().map(MetricBlock::first).toList();
    database
        .sql(
            """
            insert into registry.metric_block select ?, ?, b.* from unnest(
              ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[], ?::bigint[], ?::bigint[], ?::float8[],
              ?::bigint[], ?::bigint[], ?::float8[], ?::bigint[], ?::bigint[],
              ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[], ?::int[]) b
            """)
        .params(
            run,
            key,
            longs(last, LoggedMetric::atMillis),
            longs(last, LoggedMetric::step),
            doubles(last, LoggedMetric::stored),
            flags(last),
            longs(low, LoggedMetric::atMillis),
            longs(low, LoggedMetric::step),
            doubles(low, LoggedMetric::stored),
            longs(high, LoggedMetric::atMillis),
            longs(high, LoggedMetric::step),
            doubles(high, LoggedMetric::stored),
            longs(nan, LoggedMetric::atMillis),
            longs(nan, LoggedMetric::step),
            longs(first, LoggedMetric::atMillis),
            longs(first, LoggedMetric::step),
            doubles(first, LoggedMetric::stored),
            flags(first),
            blocks.stream().map(MetricBlock::points).toArray(Integer[]::new))
        .update();
  }

  private static @Nullable Long[] longs(
      List<? extends @Nullable LoggedMetric> points, ToLongFunction<LoggedMetric> column) {
    return points.stream()
        .map(point -> point == null ? null : (Long) column.applyAsLong(point))
        .toArray(Long[]::new);
  }

  private static @Nullable Double[] doubles(
      List<? extends @Nullable LoggedMetric> points, ToDoubleFunction<LoggedMetric> column) {
    return points.stream()
        .map(point -> point == null ? null : (Double) column.applyAsDouble(point))
        .toArray(Double[]::new);
  }

  private static Boolean[] flags(List<LoggedMetric> points) {
    return points.stream().map(LoggedMetric::isNan).toArray(Boolean[]::new);
  }
}

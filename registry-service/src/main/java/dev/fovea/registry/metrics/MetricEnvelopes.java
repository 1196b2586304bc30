package dev.fovea.registry.metrics;

import dev.fovea.registry.metrics.MetricHistories.Steps;
import dev.fovea.registry.search.Sql;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What lies around a curve of very many points: of each of equally wide stretches of steps the
 * least and the greatest value and the first NaN, and the first and the last point of all. It sorts
 * nothing, so that its time grows with the points alone.
 */
@Component
final class MetricEnvelopes {
  /** Doubles hold every whole number up to here. */
  private static final long EXACT = 1L << 53;

  private final JdbcClient searches;

  MetricEnvelopes(DataSource source) {
    this.searches = Sql.bounded(source);
  }

  /**
   * How much of a metric there is.
   *
   * @param steps the first and the last that there is; nonsense where there are no points
   */
  record Extent(long points, long nans, Steps steps) {
    boolean isWide() {
      return steps.first() < steps.last()
          && Math.abs(steps.first()) < EXACT
          && Math.abs(steps.last()) < EXACT;
    }
  }

  /** How many points there are in these steps. */
  Extent extent(String run, String key, Steps steps) {
    return searches
        .sql(
            """
            select count(*) as points, count(*) filter (where is_nan) as nans,
              coalesce(min(step), 0) as first, coalesce(max(step), 0) as last
            from registry.metric where run = ? and key = ? and step between ? and ?
            """)
        .params(run, key, steps.first(), steps.last())
        .query((row, _) ->
            new Extent(
                row.getLong("points"),
                row.getLong("nans"),
                new Steps(row.getLong("first"), row.getLong("last"))))
        .single();
  }

  /**
   * At most so many points, by step, time and value.
   *
   * @param extent of a metric with points at more than one step
   * @param most at least 5
   */
  List<LoggedMetric> around(String run, String key, Extent extent, int most) {
    var points = new TreeSet<>(LoggedMetric.BY_STEP);
    points.addAll(ends(run, key, extent.steps()));
    points.addAll(stretches(run, key, extent, (most - 2) / (extent.nans() > 0 ? 3 : 2)));
    return List.copyOf(points);
  }

  private List<LoggedMetric> ends(String run, String key, Steps steps) {
    return searches
        .sql(
            """
            (select * from registry.metric where run = :run and key = :key and step = :first
              order by at_ms, value, is_nan limit 1)
            union all
            (select * from registry.metric where run = :run and key = :key and step = :last
              order by at_ms desc, value desc, is_nan desc limit 1)
            """)
        .param("run", run)
        .param("key", key)
        .param("first", steps.first())
        .param("last", steps.last())
        .query((row, _) -> MetricRows.metric(row))
        .list();
  }

  private List<LoggedMetric> stretches(String run, String key, Extent extent, int stretches) {
    return searches
        .sql(
            """
            select min(array[value, step, at_ms]) filter (where not is_nan) as least,
              max(array[value, step, at_ms]) filter (where not is_nan) as greatest,
              min(array['NaN'::float8, step, at_ms]) filter (where is_nan) as nan
            from registry.metric where run = :run and key = :key and step between :first and :last
            group by least(:stretches - 1, floor((step - :first)::float8 / :width * :stretches)::int)
            """)
        .param("run", run)
        .param("key", key)
        .param("first", extent.steps().first())
        .param("last", extent.steps().last())
        .param("width", (double) (extent.steps().last() - extent.steps().first()))
        .param("stretches", stretches)
        .query((row, _) -> points(key, row))
        .list()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<LoggedMetric> points(String key, ResultSet row) throws SQLException {
    var points = new ArrayList<LoggedMetric>();
    for (var column : List.of("least", "greatest", "nan")) {
      point(key, row.getArray(column)).forEach(points::add);
    }
    return points;
  }

  private static Stream<LoggedMetric> point(String key, @Nullable Array array) throws SQLException {
    if (array == null) {
      return Stream.empty();
    }
    var numbers = (Double[]) array.getArray();
    return Stream.of(
        new LoggedMetric(key, numbers[0], numbers[2].longValue(), numbers[1].longValue()));
  }
}

package dev.fovea.registry.metrics;

import dev.fovea.kernel.Name;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The points of one metric of several runs, as charts ask for them. Runs that are not the project's
 * have none. A statement ends after ten seconds.
 */
@Component
public final class MetricHistories {
  /** Below this number of points there is no place for a bucket's least and greatest. */
  private static final int LEAST_WITH_BUCKETS = 4;

  /** Up to so many blocks, points themselves are read. */
  private static final int FEW_BLOCKS = 256;

  /** From this number on, a bucket's first NaN has a place, too. */
  private static final int LEAST_WITH_NAN = 5;

  // Two sorts and no join with itself, so that no wrong guess of the planner makes it slow.
  private static final String SAMPLE =
      """
      with point as (
        select m.*, row_number() over (partition by m.run order by m.step, m.at_ms, m.value, m.is_nan) as place,
          count(*) over (partition by m.run) as points, bool_or(m.is_nan) over (partition by m.run) as has_nan
        from registry.metric m join registry.run r on r.id = m.run and r.project = :project
        where m.run = any(:runs) and m.key = :key and m.step between :first and :last),
      placed as (
        select *, case when points <= :most or place in (1, points) then -1
          else (place - 2) * (case when has_nan then :bucketsBesideNan else :buckets end) / (points - 2) end as bucket
        from point),
      measured as (
        select *, (min(array[value, place::float8]) filter (where not is_nan) over of_bucket)[2] as lowest,
          -(max(array[value, -place::float8]) filter (where not is_nan) over of_bucket)[2] as highest,
          min(place) filter (where is_nan) over of_bucket as nan
        from placed window of_bucket as (partition by run, bucket))
      select run, key, value, at_ms, step, is_nan from measured
      where points <= :most or place = points or (:most > 1 and place = 1)
        or (:most >= :leastWithBuckets and place in (lowest, highest))
        or (:most >= :leastWithNan and place = nan)
      order by array_position(:runs, run), place
      """;

  private final JdbcClient searches;
  private final MetricBlocks blocks;
  private final MetricUpkeep upkeep;

  MetricHistories(DataSource source, MetricBlocks blocks, MetricUpkeep upkeep) {
    this.searches = Sql.bounded(source);
    this.blocks = blocks;
    this.upkeep = upkeep;
  }

  /**
   * The first points by run, time, step and value.
   *
   * @param most how many, of all runs together
   */
  public List<OfRun> first(Name project, List<String> runs, String key, int most) {
    return searches
        .sql(
            """
            select m.* from registry.metric m join registry.run r on r.id = m.run and r.project = ?
            where m.run = any(?) and m.key = ? order by m.run, m.at_ms, m.step, m.value limit ?
            """)
        .params(project.text(), runs.toArray(String[]::new), key, most)
        .query((row, _) -> ofRun(row))
        .list();
  }

  /**
   * Each run's points in these steps, by step, time and value; a sample where there are more than
   * {@code most}. It has the first and the last point and of each of equally large buckets between
   * them the least and the greatest value, and the first NaN of those with NaN: a spike of a single
   * point stays, however many points there are. Of fewer than four there are the first and the
   * last, of one the last.
   *
   * @param most how many of each run, at least 1
   */
  public List<OfRun> sample(Name project, List<String> runs, String key, Steps steps, int most) {
    blocks.wanting(project, runs, key).forEach(run -> upkeep.chart(run, key));
    var many =
        steps.equals(Steps.ALL)
            ? Set.copyOf(blocks.manyOf(project, runs, key, FEW_BLOCKS))
            : Set.<String>of();
    var few = runs.stream().filter(run -> !many.contains(run)).toList();
    var points =
        few.isEmpty()
            ? Map.<String, List<OfRun>>of()
            : sampleOfPoints(project, few, key, steps, most).stream()
                .collect(Collectors.groupingBy(OfRun::run));
    return runs.stream()
        .distinct()
        .flatMap(run ->
            many.contains(run)
                ? sampleOfBlocks(run, key, most)
                : points.getOrDefault(run, List.of()).stream())
        .toList();
  }

  /** A sample of all of a metric from its blocks, quick however many points; empty without them. */
  Optional<List<LoggedMetric>> charted(Name project, String run, String key, int most) {
    blocks.wanting(project, List.of(run), key).forEach(each -> upkeep.chart(each, key));
    return blocks.manyOf(project, List.of(run), key, FEW_BLOCKS).isEmpty()
        ? Optional.empty()
        : Optional.of(sampleOfBlocks(run, key, most).map(OfRun::metric).toList());
  }

  private Stream<OfRun> sampleOfBlocks(String run, String key, int most) {
    return Thinning.points(blocks.all(run, key), blocks.latest(run, key), most).stream()
        .map(point -> new OfRun(run, point));
  }

  private List<OfRun> sampleOfPoints(
      Name project, List<String> runs, String key, Steps steps, int most) {
    return searches
        .sql(SAMPLE)
        .param("project", project.text())
        .param("runs", runs.toArray(String[]::new))
        .param("key", key)
        .param("first", steps.first())
        .param("last", steps.last())
        .param("most", most)
        .param("buckets", (most - 2) / 2)
        .param("bucketsBesideNan", most < LEAST_WITH_NAN ? (most - 2) / 2 : (most - 2) / 3)
        .param("leastWithBuckets", LEAST_WITH_BUCKETS)
        .param("leastWithNan", LEAST_WITH_NAN)
        .query((row, _) -> ofRun(row))
        .list();
  }

  private static OfRun ofRun(ResultSet row) throws SQLException {
    return new OfRun(row.getString("run"), MetricRows.metric(row));
  }

  /** A point and whose it is. */
  public record OfRun(String run, LoggedMetric metric) {}

  /** Steps from the first to the last, both included. */
  public record Steps(long first, long last) {
    /** Every step that there can be. */
    public static final Steps ALL = new Steps(Long.MIN_VALUE, Long.MAX_VALUE);
  }
}

package dev.fovea.registry.metrics;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.alerts.RunWatch;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.search.Places;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Metric points: two statements for a batch of any size, one where all of it is there already, and
 * no read of what is there.
 */
@Component
public final class MetricRows {
  // In one order for all, so that two batches never wait for each other's rows crosswise.
  private static final Comparator<LoggedMetric> BY_KEY =
      Comparator.comparing(LoggedMetric::key)
          .thenComparingLong(LoggedMetric::atMillis)
          .thenComparingLong(LoggedMetric::step)
          .thenComparingDouble(LoggedMetric::stored)
          .thenComparing(LoggedMetric::isNan);

  private final JdbcClient database;
  private final MetricUpkeep upkeep;
  private final RunWatch watch;

  MetricRows(JdbcClient database, MetricUpkeep upkeep, RunWatch watch) {
    this.database = database;
    this.upkeep = upkeep;
    this.watch = watch;
  }

  /**
   * Writes points in the caller's transaction; those that are there already are left as they are.
   */
  public void put(Name project, String run, List<LoggedMetric> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    var sorted = new ArrayList<>(metrics);
    sorted.sort(BY_KEY);
    // Whoever wrote a point wrote its key's latest value with it, so a batch that is sent again has
    // nothing to do there.
    if (insert(run, sorted) > 0) {
      keepLatest(run, newest(sorted)).forEach(key -> upkeep.chart(run, key));
    }
    watch.reported(run);
    metrics.stream()
        .filter(metric -> !metric.isFinite())
        .findFirst()
        .ifPresent(metric ->
            watch.notFinite(
                project, run, metric.key(), metric.isNan() ? "NaN" : "infinite", metric.step()));
    var measured = metrics.stream().filter(metric -> metric.model().isPresent()).toList();
    if (!measured.isEmpty()) {
      insertForModels(project, run, measured);
    }
  }

  /**
   * A metric's points by time, step and value.
   *
   * @param size how many a page has; without one, all are on one page
   */
  public Page<LoggedMetric> history(
      Name project, String run, String key, OptionalInt size, PageToken from) {
    var limit = size.isPresent() ? Optional.of(size.getAsInt() + 1) : Optional.<Integer>empty();
    var rows =
        database
            .sql(
                """
                select m.key, m.value, m.at_ms, m.step, m.is_nan from registry.metric m
                join registry.run r on r.id = m.run and r.project = ?
                where m.run = ? and m.key = ? order by m.at_ms, m.step, m.value limit ?::bigint offset ?
                """)
            .params(project.text(), run, key, Sql.orNull(limit), from.offset())
            .query((row, _) -> metric(row))
            .list();
    return Page.cut(rows, size.orElse(Integer.MAX_VALUE), from);
  }

  private int insert(String run, List<LoggedMetric> metrics) {
    var columns = new Columns(metrics);
    return database
        .sql(
            """
            insert into registry.metric (run, key, at_ms, step, value, is_nan)
            select ?, m.* from unnest(?::text[], ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[]) m
            on conflict do nothing
            """)
        .params(run, columns.keys, columns.times, columns.steps, columns.values, columns.nans)
        .update();
  }

  /** Keeps what is later than what is there, and gives the keys whose charts need new blocks. */
  private List<String> keepLatest(String run, List<Newest> newest) {
    var columns = new Columns(newest.stream().map(Newest::latest).toList());
    return database
        .sql(
            """
            with kept as (
              insert into registry.latest_metric as old
                (run, place, key, at_ms, step, value, is_nan, charted_ms, charted_step, uncharted)
              select ?, %3$s, m.*
              from unnest(?::text[], ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[], ?::bigint[], ?::bigint[],
                ?::bigint[]) m
              on conflict (run, key) do update set ranked = null,
                at_ms = case when %1$s then excluded.at_ms else old.at_ms end,
                step = case when %1$s then excluded.step else old.step end,
                value = case when %1$s then excluded.value else old.value end,
                is_nan = case when %1$s then excluded.is_nan else old.is_nan end,
                charted_ms = least(old.charted_ms, excluded.charted_ms),
                charted_step = case when %2$s then excluded.charted_step else old.charted_step end,
                uncharted = old.uncharted + excluded.uncharted
              where %1$s or %2$s
              returning key, uncharted)
            select key from kept where uncharted >= ?
            """
                .formatted(
                    "(old.step, old.at_ms, old.value) < (excluded.step, excluded.at_ms,"
                        + " excluded.value)",
                    "(excluded.charted_ms, excluded.charted_step) < (old.charted_ms,"
                        + " old.charted_step)",
                    Places.OF_RUN))
        .params(
            run,
            run,
            columns.keys,
            columns.times,
            columns.steps,
            columns.values,
            columns.nans,
            newest.stream().mapToLong(key -> key.earliest().atMillis()).toArray(),
            newest.stream().mapToLong(key -> key.earliest().step()).toArray(),
            newest.stream().mapToLong(Newest::points).toArray(),
            MetricBlocks.WORTH_BUILDING)
        .query((row, _) -> row.getString("key"))
        .list();
  }

  /** What a batch has of each key, of points in order of key and time. */
  private static List<Newest> newest(List<LoggedMetric> sorted) {
    var newest = new ArrayList<Newest>();
    LoggedMetric earliest = sorted.getFirst();
    LoggedMetric latest = earliest;
    long points = 0;
    for (var metric : sorted) {
      if (!metric.key().equals(latest.key())) {
        newest.add(new Newest(latest, earliest, points));
        earliest = metric;
        latest = metric;
        points = 0;
      }
      if (LoggedMetric.BY_STEP.compare(metric, latest) > 0) {
        latest = metric;
      }
      points++;
    }
    newest.add(new Newest(latest, earliest, points));
    return newest;
  }

  private void insertForModels(Name project, String run, List<LoggedMetric> measured) {
    var models = measured.stream().map(metric -> metric.model().orElse("")).toArray(String[]::new);
    var known =
        database
            .sql("select id from registry.logged_model where project = ? and id = any(?)")
            .params(project.text(), models)
            .query(String.class)
            .set();
    for (var model : models) {
      if (!known.contains(model)) {
        throw MlflowError.missing(
            "Logged model with ID '%s' not found.".formatted(Text.excerpt(model)));
      }
    }
    var columns = new Columns(measured);
    database
        .sql(
            """
            insert into registry.logged_model_metric
              (run, key, at_ms, step, value, is_nan, model, dataset_name, dataset_digest)
            select ?, m.* from unnest(
              ?::text[], ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[], ?::text[], ?::text[], ?::text[]) m
            on conflict do nothing
            """)
        .params(
            run,
            columns.keys,
            columns.times,
            columns.steps,
            columns.values,
            columns.nans,
            models,
            measured.stream().map(LoggedMetric::dataset).toArray(String[]::new),
            measured.stream().map(LoggedMetric::datasetDigest).toArray(String[]::new))
        .update();
  }

  static LoggedMetric metric(ResultSet row) throws SQLException {
    return new LoggedMetric(
        row.getString("key"),
        row.getBoolean("is_nan") ? Double.NaN : row.getDouble("value"),
        row.getLong("at_ms"),
        row.getLong("step"));
  }

  /**
   * What a batch has of one key.
   *
   * @param latest the last by step
   * @param earliest the first by time
   */
  private record Newest(LoggedMetric latest, LoggedMetric earliest, long points) {}

  /** The points turned on their side, as {@code unnest} takes them. */
  private static final class Columns {
    private final String[] keys;
    private final long[] times;
    private final long[] steps;
    private final double[] values;
    private final boolean[] nans;

    Columns(List<LoggedMetric> metrics) {
      keys = new String[metrics.size()];
      times = new long[keys.length];
      steps = new long[keys.length];
      values = new double[keys.length];
      nans = new boolean[keys.length];
      for (int i = 0; i < keys.length; i++) {
        var metric = metrics.get(i);
        keys[i] = metric.key();
        times[i] = metric.atMillis();
        steps[i] = metric.step();
        values[i] = metric.stored();
        nans[i] = metric.isNan();
      }
    }
  }
}

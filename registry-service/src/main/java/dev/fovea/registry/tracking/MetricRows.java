package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.alerts.RunWatch;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Metric points: one statement for a batch of any size, and no read of what is there already. */
@Component
public final class MetricRows {
  private final JdbcClient database;
  private final RunWatch watch;

  MetricRows(JdbcClient database, RunWatch watch) {
    this.database = database;
    this.watch = watch;
  }

  /**
   * Writes points in the caller's transaction; those that are there already are left as they are.
   */
  void put(Name project, String run, List<LoggedMetric> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    insert(run, metrics);
    watch.reported(run);
    metrics.stream()
        .filter(metric -> !metric.isFinite())
        .findFirst()
        .ifPresent(metric ->
            watch.notFinite(
                project, run, metric.key(), metric.isNan() ? "NaN" : "infinite", metric.step()));
    // Sorted by key, so that two batches never wait for each other's rows crosswise.
    var latest = new TreeMap<String, LoggedMetric>();
    metrics.forEach(metric ->
        latest.merge(
            metric.key(), metric, (a, b) -> LoggedMetric.BY_STEP.compare(a, b) >= 0 ? a : b));
    keepLatest(run, List.copyOf(latest.values()));
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

  /**
   * A metric's curve of at most 240 points: where it has more, the lowest and the highest of each
   * of 120 stretches.
   */
  List<LoggedMetric> curve(Name project, String run, String key) {
    return database
        .sql(
            """
            with point as (
              select m.*, ntile(120) over (order by m.step, m.at_ms, m.value) as stretch from registry.metric m
              join registry.run r on r.id = m.run and r.project = ? where m.run = ? and m.key = ?),
            ranked as (
              select *, row_number() over (partition by stretch order by is_nan, value, step, at_ms) as lowest,
                row_number() over (partition by stretch order by is_nan, value desc, step desc, at_ms desc) as highest
              from point)
            select key, value, at_ms, step, is_nan from ranked where lowest = 1 or highest = 1
            order by step, at_ms, value
            """)
        .params(project.text(), run, key)
        .query((row, _) -> metric(row))
        .list();
  }

  private void insert(String run, List<LoggedMetric> metrics) {
    var columns = new Columns(metrics);
    database
        .sql(
            """
            insert into registry.metric (run, key, at_ms, step, value, is_nan)
            select ?, m.* from unnest(?::text[], ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[]) m
            on conflict do nothing
            """)
        .params(run, columns.keys, columns.times, columns.steps, columns.values, columns.nans)
        .update();
  }

  private void keepLatest(String run, List<LoggedMetric> latest) {
    var columns = new Columns(latest);
    database
        .sql(
            """
            insert into registry.latest_metric as old (run, key, at_ms, step, value, is_nan)
            select ?, m.* from unnest(?::text[], ?::bigint[], ?::bigint[], ?::float8[], ?::boolean[]) m
            on conflict (run, key) do update
            set at_ms = excluded.at_ms, step = excluded.step, value = excluded.value, is_nan = excluded.is_nan
            where (old.step, old.at_ms, old.value) < (excluded.step, excluded.at_ms, excluded.value)
            """)
        .params(run, columns.keys, columns.times, columns.steps, columns.values, columns.nans)
        .update();
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

  /** The points turned on their side, as {@code unnest} takes them. */
  private static final class Columns {
    private final String[] keys;
    private final Long[] times;
    private final Long[] steps;
    private final Double[] values;
    private final Boolean[] nans;

    Columns(List<LoggedMetric> metrics) {
      keys = metrics.stream().map(LoggedMetric::key).toArray(String[]::new);
      times = metrics.stream().map(LoggedMetric::atMillis).toArray(Long[]::new);
      steps = metrics.stream().map(LoggedMetric::step).toArray(Long[]::new);
      values = metrics.stream().map(LoggedMetric::stored).toArray(Double[]::new);
      nans = metrics.stream().map(LoggedMetric::isNan).toArray(Boolean[]::new);
    }
  }
}

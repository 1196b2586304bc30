package dev.fovea.registry.metrics;

import dev.fovea.registry.MetricKeys;
import dev.fovea.registry.MetricKeys.Group;
import dev.fovea.registry.MetricKeys.Latest;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.search.Sql;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The keys of a run's metrics. Keys are compared by code points, so that a page has one order. */
@Component
public final class MetricKeyRows {
  private static final int MOST_GROUPS = 50;

  private final JdbcClient searches;

  MetricKeyRows(DataSource source) {
    this.searches = Sql.bounded(source);
  }

  /**
   * One page of a run's keys, and how many there are.
   *
   * @param after the last key of the page before; empty for the first
   */
  public MetricKeys page(String run, String prefix, String containing, String after, int limit) {
    var groups =
        searches
            .sql(
                """
                select case when strpos(key, '/') > 0 then split_part(key, '/', 1) || '/' else '' end collate "C" as prefix,
                  count(*) as keys
                from registry.latest_metric where run = ? group by 1 order by 1 limit ?
                """)
            .params(run, MOST_GROUPS)
            .query((row, _) -> new Group(row.getString("prefix"), row.getLong("keys")))
            .list();
    long total = count(run, "", "");
    return new MetricKeys(
        total,
        groups,
        prefix.isEmpty() && containing.isEmpty() ? total : count(run, prefix, containing),
        page(
            Sql.of(
                """
                select key, value, is_nan, step, at_ms from registry.latest_metric
                where run = ? and starts_with(key, ?) and strpos(lower(key), lower(?)) > 0 and key collate "C" > ?
                order by key collate "C" limit ?
                """,
                run,
                prefix,
                containing,
                after,
                limit)));
  }

  private List<Latest> page(Sql keys) {
    return keys.on(searches)
        .query((row, _) -> {
          var metric = MetricRows.metric(row);
          return new Latest(
              metric.key(),
              LoggedMetric.sent(metric.value()),
              metric.step(),
              Limits.instant(metric.atMillis()));
        })
        .list();
  }

  private long count(String run, String prefix, String containing) {
    return searches
        .sql(
            """
            select count(*) from registry.latest_metric
            where run = ? and starts_with(key, ?) and strpos(lower(key), lower(?)) > 0
            """)
        .params(run, prefix, containing)
        .query(Long.class)
        .single();
  }
}

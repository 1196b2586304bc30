package dev.fovea.registry.alerts;

import dev.fovea.kernel.Name;
import dev.fovea.registry.RunAlert;
import dev.fovea.registry.RunAlert.Kind;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What runs suffer from, and when those that are going on were last heard of. */
@Component("runAlertRows")
public class AlertRows {
  private final JdbcClient database;

  AlertRows(JdbcClient database) {
    this.database = database;
  }

  /**
   * A run that is going on.
   *
   * @param asked when the database was asked for it
   */
  record Watched(String id, Name project, OffsetDateTime asked) {}

  /** The alerts of a run, oldest first. */
  public List<RunAlert> of(String run) {
    return database
        .sql("select * from registry.run_alert where run = ? order by at, kind")
        .param(run)
        .query((row, _) ->
            new RunAlert(
                Kind.valueOf(row.getString("kind")),
                row.getString("metric"),
                row.getString("words"),
                row.getObject("at", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** Whether it is the run's first of this kind, which is kept. */
  boolean add(String run, Kind kind, String metric, String words) {
    return database
            .sql(
                "insert into registry.run_alert (run, kind, metric, words) values (?, ?, ?, ?) on conflict do nothing")
            .params(run, kind.name(), metric, words)
            .update()
        == 1;
  }

  String name(String run) {
    return database
        .sql("select name from registry.run where id = ?")
        .param(run)
        .query(String.class)
        .single();
  }

  void heard(String run) {
    database
        .sql(
            """
            insert into registry.run_pulse (run, reported) values (?, now())
            on conflict (run) do update set reported = excluded.reported
            """)
        .param(run)
        .update();
  }

  /** Forgets the pulses of runs that are over or deleted. */
  void forgetEnded() {
    database
        .sql(
            """
            delete from registry.run_pulse p using registry.run r
            where r.id = p.run and (r.status <> 'RUNNING' or r.lifecycle <> 'active')
            """)
        .update();
  }

  /**
   * Those that may have logged something since their metrics were looked at: a pulse stands for the
   * seconds after it, too.
   */
  List<Watched> changed(int most) {
    return watched(
        "p.reported > p.looked - %d * interval '1 millisecond' order by p.looked, p.run limit %d"
            .formatted(2 * WatchedRuns.PULSE.toMillis(), most));
  }

  /** Those that have said nothing for so long, and are not known for it. */
  List<Watched> silent(Duration since, int most) {
    return watched(
        "p.reported < now() - %d * interval '1 millisecond' and not exists (select 1 from registry.run_alert a where a.run = p.run and a.kind = 'STALL') order by p.reported limit %d"
            .formatted(since.toMillis(), most));
  }

  private List<Watched> watched(String condition) {
    return database
        .sql(
            """
            select p.run, now() as asked, r.project from registry.run_pulse p join registry.run r on r.id = p.run
            where r.status = 'RUNNING' and r.lifecycle = 'active' and %s
            """
                .formatted(condition))
        .query((row, _) ->
            new Watched(
                row.getString("run"),
                new Name(row.getString("project")),
                row.getObject("asked", OffsetDateTime.class)))
        .list();
  }

  /** What a run had logged when it was asked for has been looked at. */
  void looked(Watched run) {
    database
        .sql("update registry.run_pulse set looked = ? where run = ?")
        .params(run.asked(), run.id())
        .update();
  }

  List<String> metrics(String run) {
    return database
        .sql("select key from registry.latest_metric where run = ? order by key limit 1000")
        .param(run)
        .query((row, _) -> row.getString("key"))
        .list();
  }

  /** A metric's first values and its last ones, in order of time; all, where there are few. */
  List<Double> values(String run, String metric, int first, int last) {
    return database
        .sql(
            """
            select value from (
              (select at_ms, step, value from registry.metric where run = ? and key = ? and not is_nan
                 order by at_ms, step, value limit ?)
              union
              (select at_ms, step, value from registry.metric where run = ? and key = ? and not is_nan
                 order by at_ms desc, step desc, value desc limit ?)) both_ends
            order by at_ms, step, value
            """)
        .params(run, metric, first, run, metric, last)
        .query((row, _) -> row.getDouble("value"))
        .list();
  }
}

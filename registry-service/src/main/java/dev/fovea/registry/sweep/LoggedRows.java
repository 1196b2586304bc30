package dev.fovea.registry.sweep;

import dev.fovea.kernel.Name;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.sweep.trial.Goal;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.tracking.RunStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the runs of trials logged, and what of it was not taken yet. */
@Component("sweepLoggedRows")
final class LoggedRows {
  private static final long MOST_STEP = 1_000_000_000_000L;

  /** A run's pulse stands for the seconds after it, too. */
  private static final Duration PULSE = Duration.ofSeconds(5);

  private static final String ENDED = "r.status in ('FINISHED', 'FAILED', 'KILLED')";

  private final JdbcClient database;

  LoggedRows(JdbcClient database) {
    this.database = database;
  }

  /** A trial whose run has something to tell. */
  record Due(Name project, Name sweep, int number) {}

  /**
   * The first value of each step from 0 on that was not taken yet, in the order of time.
   *
   * @param most so many of them
   */
  List<Report> untaken(long sweep, TrialRows.Row row, String metric, int most) {
    return database
        .sql(
            """
            select step, value, is_nan from (
              select distinct on (m.step) m.step, m.value, m.is_nan, m.at_ms from registry.metric m
              where m.run = ? and m.key = ? and m.step between 0 and ? and not exists (
                select 1 from registry.sweep_report s where s.sweep = ? and s.number = ? and s.step = m.step)
              order by m.step, m.at_ms, m.value) firsts
            order by at_ms, step limit ?
            """)
        .params(row.run(), metric, MOST_STEP, sweep, row.number(), most)
        .query((each, _) ->
            new Report(
                each.getLong("step"),
                each.getBoolean("is_nan")
                    ? Double.NaN
                    : LoggedMetric.sent(each.getDouble("value"))))
        .list();
  }

  /** A metric's value of the largest step, which may be NaN; empty where the run has none. */
  OptionalDouble last(String run, String metric) {
    return number(
        database
            .sql(
                "select case when is_nan then 'NaN' else value end from registry.latest_metric where run = ? and key = ?")
            .params(run, metric)
            .query(Double.class)
            .optional());
  }

  /** A metric's best value that is a number; NaN where all are none, empty where there is none. */
  OptionalDouble best(String run, String metric, Goal goal) {
    return number(
        database
            .sql(
                """
                select coalesce(%s(value) filter (where not is_nan), 'NaN') from registry.metric
                where run = ? and key = ? having count(*) > 0
                """
                    .formatted(goal == Goal.MINIMIZE ? "min" : "max"))
            .params(run, metric)
            .query(Double.class)
            .optional());
  }

  /** How a run ended that was not deleted; empty where it goes on. */
  Optional<RunStatus> ended(String run) {
    return database
        .sql(
            "select r.status from registry.run r where r.id = ? and r.lifecycle = 'active' and "
                + ENDED)
        .param(run)
        .query((row, _) -> RunStatus.valueOf(row.getString("status")))
        .optional();
  }

  /** The trials of a sweep that still run though their runs have ended. */
  List<Integer> ended(long sweep) {
    return database
        .sql(
            """
            select t.number from registry.sweep_trial t join registry.run r on r.id = t.run
            where t.sweep = ? and t.state = 'RUNNING' and r.lifecycle = 'active' and %s order by t.number
            """
                .formatted(ENDED))
        .param(sweep)
        .query((row, _) -> row.getInt("number"))
        .list();
  }

  /**
   * Whatever a run logs is a sign of life: its trial's lease ends no sooner than the lease's length
   * after it.
   */
  void renew(long sweep) {
    database
        .sql(
            """
            update registry.sweep_trial t set lease_ends = p.reported + make_interval(secs => t.lease_seconds + ?)
            from registry.run_pulse p
            where t.sweep = ? and t.state = 'RUNNING' and p.run = t.run
              and t.lease_ends < p.reported + make_interval(secs => t.lease_seconds + ?)
            """)
        .params(PULSE.toSeconds(), sweep, PULSE.toSeconds())
        .update();
  }

  /**
   * Trials whose runs have ended, or may have logged something since they were looked at; those
   * first that were not looked at for longest.
   */
  List<Due> due(int most) {
    return database
        .sql(
            """
            select s.project, s.name, t.number from registry.sweep_trial t
            join registry.sweep s on s.id = t.sweep and s.metric is not null
            join registry.run r on r.id = t.run and r.lifecycle = 'active'
            left join registry.run_pulse p on p.run = t.run
            where t.state = 'RUNNING' and (%s or p.reported > t.looked - make_interval(secs => ?))
            order by t.looked, t.sweep, t.number limit ?
            """
                .formatted(ENDED))
        .params(2 * PULSE.toSeconds(), most)
        .query((row, _) ->
            new Due(
                new Name(row.getString("project")),
                new Name(row.getString("name")),
                row.getInt("number")))
        .list();
  }

  private static OptionalDouble number(Optional<Double> value) {
    return value.isPresent()
        ? OptionalDouble.of(LoggedMetric.sent(value.get()))
        : OptionalDouble.empty();
  }
}

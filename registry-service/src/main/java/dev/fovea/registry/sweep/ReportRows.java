package dev.fovea.registry.sweep;

import dev.fovea.registry.sweep.pruner.Curve;
import dev.fovea.registry.sweep.pruner.Standings;
import dev.fovea.registry.sweep.trial.Report;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What trials reported, and which rungs they completed with it. */
@Component
final class ReportRows {
  private final JdbcClient database;

  ReportRows(JdbcClient database) {
    this.database = database;
  }

  /** What was decided when the trial reported this step; empty where it has not. */
  Optional<Boolean> decided(long sweep, int number, long step) {
    return database
        .sql("select stop from registry.sweep_report where sweep = ? and number = ? and step = ?")
        .params(sweep, number, step)
        .query(Boolean.class)
        .optional();
  }

  /** Whether any report of the trial should have stopped it. */
  boolean stopped(long sweep, int number) {
    return database
        .sql(
            "select exists (select 1 from registry.sweep_report where sweep = ? and number = ? and stop)")
        .params(sweep, number)
        .query(Boolean.class)
        .single();
  }

  /** What a trial reported so far. */
  Curve curve(long sweep, int number) {
    return new Curve(
        database
            .sql(
                "select step, value from registry.sweep_report where sweep = ? and number = ? order by step")
            .params(sweep, number)
            .query((row, _) -> new Report(row.getLong("step"), row.getDouble("value")))
            .list(),
        database
            .sql("select count(*) from registry.sweep_rung where sweep = ? and number = ?")
            .params(sweep, number)
            .query(Integer.class)
            .single());
  }

  /** Keeps a report with what was decided. */
  void add(long sweep, int number, Report report, boolean stop) {
    database
        .sql(
            "insert into registry.sweep_report (sweep, number, step, value, stop) values (?, ?, ?, ?, ?)")
        .params(sweep, number, report.step(), report.value(), stop)
        .update();
  }

  /** Notes that a trial completed a rung. */
  void complete(long sweep, int number, int rung, double loss) {
    database
        .sql("insert into registry.sweep_rung (sweep, rung, number, loss) values (?, ?, ?, ?)")
        .params(sweep, rung, number, loss)
        .update();
  }

  /**
   * What the other trials of a sweep have come to.
   *
   * @param minResource the sweep's, where it is settled
   */
  Standings standings(long sweep, OptionalLong minResource) {
    return new OfSweep(sweep, minResource);
  }

  private final class OfSweep implements Standings {
    private final long sweep;
    private final OptionalLong minResource;

    private OfSweep(long sweep, OptionalLong minResource) {
      this.sweep = sweep;
      this.minResource = minResource;
    }

    @Override
    public long completed() {
      return database
          .sql("select count(*) from registry.sweep_trial where sweep = ? and state = 'COMPLETE'")
          .param(sweep)
          .query(Long.class)
          .single();
    }

    @Override
    public OptionalLong furthestCompleted() {
      return database
          .sql(
              """
              select last_step from registry.sweep_trial
              where sweep = ? and state = 'COMPLETE' and last_step is not null order by last_step desc limit 1
              """)
          .param(sweep)
          .query(Long.class)
          .optional()
          .map(OptionalLong::of)
          .orElseGet(OptionalLong::empty);
    }

    @Override
    public double[] completedAt(long step) {
      return database
          .sql(
              """
              select r.value from registry.sweep_report r
              join registry.sweep_trial t on t.sweep = r.sweep and t.number = r.number
              where r.sweep = ? and r.step = ? and t.state = 'COMPLETE'
              """)
          .params(sweep, step)
          .query(Double.class)
          .list()
          .stream()
          .mapToDouble(Double::doubleValue)
          .toArray();
    }

    @Override
    public OptionalLong minResource() {
      return minResource;
    }

    @Override
    public Rung rung(int index, double loss) {
      return database
          .sql(
              """
              select count(*) as size, count(*) filter (where loss < ?) as better
              from registry.sweep_rung where sweep = ? and rung = ?
              """)
          .params(loss, sweep, index)
          .query((row, _) -> new Rung(row.getLong("size"), row.getLong("better")))
          .single();
    }
  }
}

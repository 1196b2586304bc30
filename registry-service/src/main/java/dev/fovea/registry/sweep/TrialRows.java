package dev.fovea.registry.sweep;

import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.sweep.space.Point;
import dev.fovea.registry.sweep.trial.Report;
import dev.fovea.registry.sweep.trial.Trial;
import dev.fovea.registry.sweep.trial.TrialState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of trials. The database's clock decides when a lease ends. */
@Component
final class TrialRows {
  private static final String SELECT =
      "select *, lease_ends < now() as is_late from registry.sweep_trial where sweep = ? ";

  private final JdbcClient database;

  TrialRows(JdbcClient database) {
    this.database = database;
  }

  /** All of a sweep, by number. */
  List<Row> all(long sweep) {
    return database.sql(SELECT + "order by number").param(sweep).query((row, _) -> row(row)).list();
  }

  /** One of them. */
  Row load(long sweep, int number) {
    return database
        .sql(SELECT + "and number = ?")
        .params(sweep, number)
        .query((row, _) -> row(row))
        .optional()
        .orElseThrow(() ->
            new NoSuchThing("trial", String.valueOf(number), "ask the sweep for a trial first"));
  }

  /** Adds a trial that its worker has just got. */
  void add(long sweep, int number, Point point, String run, Holder holder) {
    database
        .sql(
            """
            insert into registry.sweep_trial
              (sweep, number, point, state, attempt, run, worker, ask_key, lease, lease_seconds, lease_ends)
            values (?, ?, ?, 'RUNNING', 1, ?, ?, ?, ?, ?, now() + make_interval(secs => ?))
            """)
        .params(
            sweep,
            number,
            values(point),
            run,
            holder.worker(),
            holder.key(),
            UUID.randomUUID().toString(),
            holder.leaseSeconds(),
            holder.leaseSeconds())
        .update();
  }

  /** Gives a trial to another worker, from its beginning. */
  void take(long sweep, int number, String run, Holder holder) {
    for (var table : List.of("sweep_report", "sweep_rung")) {
      database
          .sql("delete from registry.%s where sweep = ? and number = ?".formatted(table))
          .params(sweep, number)
          .update();
    }
    database
        .sql(
            """
            update registry.sweep_trial set attempt = attempt + 1, run = ?, worker = ?, ask_key = ?, lease = ?,
              lease_seconds = ?, lease_ends = now() + make_interval(secs => ?), last_step = null, last_value = null,
              stopped = false, looked = '-infinity'
            where sweep = ? and number = ?
            """)
        .params(
            run,
            holder.worker(),
            holder.key(),
            UUID.randomUUID().toString(),
            holder.leaseSeconds(),
            holder.leaseSeconds(),
            sweep,
            number)
        .update();
  }

  /** Lets the holder keep it for another while. */
  void renew(long sweep, int number) {
    database
        .sql(
            """
            update registry.sweep_trial set lease_ends = now() + make_interval(secs => lease_seconds)
            where sweep = ? and number = ?
            """)
        .params(sweep, number)
        .update();
  }

  /** Remembers the report of the largest step. */
  void last(long sweep, int number, Report last) {
    database
        .sql(
            "update registry.sweep_trial set last_step = ?, last_value = ? where sweep = ? and number = ?")
        .params(last.step(), last.value(), sweep, number)
        .update();
  }

  /** Notes that its worker was told to stop. */
  void stop(long sweep, int number) {
    database
        .sql("update registry.sweep_trial set stopped = true where sweep = ? and number = ?")
        .params(sweep, number)
        .update();
  }

  /** Notes that what its run had logged when this transaction began was looked at. */
  void looked(long sweep, int number) {
    database
        .sql("update registry.sweep_trial set looked = now() where sweep = ? and number = ?")
        .params(sweep, number)
        .update();
  }

  /** Ends it. */
  void end(long sweep, int number, Outcome outcome) {
    database
        .sql(
            "update registry.sweep_trial set state = ?, value = ?, latency = ?, note = ? where sweep = ? and number = ?")
        .param(outcome.state().name())
        .param(orNull(outcome.value()))
        .param(orNull(outcome.latency()))
        .param(outcome.note())
        .param(sweep)
        .param(number)
        .update();
  }

  private static @Nullable Double orNull(OptionalDouble number) {
    return number.isPresent() ? number.getAsDouble() : null;
  }

  private static OptionalDouble optional(ResultSet row, String column) throws SQLException {
    double number = row.getDouble(column);
    return row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  private static Double[] values(Point point) {
    var values = new Double[point.size()];
    Arrays.setAll(values, point::at);
    return values;
  }

  private static Row row(ResultSet row) throws SQLException {
    long step = row.getLong("last_step");
    Optional<Report> last =
        row.wasNull()
            ? Optional.empty()
            : Optional.of(new Report(step, row.getDouble("last_value")));
    var point =
        new Point(
            Arrays.stream((Double[]) row.getArray("point").getArray())
                .mapToDouble(Double::doubleValue)
                .toArray());
    return new Row(
        new Trial(
            row.getInt("number"),
            point,
            TrialState.valueOf(row.getString("state")),
            optional(row, "value"),
            optional(row, "latency"),
            last),
        row.getInt("attempt"),
        row.getString("run"),
        row.getString("worker"),
        row.getString("ask_key"),
        row.getString("lease"),
        row.getObject("lease_ends", OffsetDateTime.class).toInstant(),
        row.getBoolean("is_late"),
        row.getBoolean("stopped"),
        row.getString("note"));
  }

  /**
   * Who works at a trial.
   *
   * @param key by which the same question gets the same answer
   */
  record Holder(String worker, String key, int leaseSeconds) {}

  /**
   * A trial.
   *
   * @param attempt from 1
   * @param isLate whether its lease has ended
   * @param stopped whether its worker was told to stop
   * @param note why it failed; empty where there is nothing to say
   */
  record Row(
      Trial trial,
      int attempt,
      String run,
      String worker,
      String key,
      String lease,
      Instant leaseEnds,
      boolean isLate,
      boolean stopped,
      String note) {
    int number() {
      return trial.number();
    }

    boolean isRunning() {
      return trial.state() == TrialState.RUNNING;
    }
  }
}

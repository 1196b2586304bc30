package dev.fovea.roles.queue;

import dev.fovea.roles.ServiceRole;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the queue does with its table beside db-scheduler, which leaves the column {@code state}
 * alone: on a row whose work was enqueued once more while it ran it says {@code again} and when,
 * and why on a parked one.
 */
final class QueueTable {
  /** A time that never comes: the execution time of parked rows. */
  static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

  /** Followed by milliseconds of fifteen digits, so that the earlier one is the smaller text. */
  private static final String AGAIN = "again ";

  private final JdbcClient jdbc;
  private final String name;

  QueueTable(DataSource database, ServiceRole role) {
    this.jdbc = JdbcClient.create(database);
    this.name = role.id() + ".queue";
  }

  String name() {
    return name;
  }

  /**
   * One statement, so that a row which completes at this moment is either seen running or inserted
   * anew.
   */
  void put(String work, String id, byte[] data, Instant due) {
    jdbc.sql(
            """
            insert into %s as queued (task_name, task_instance, task_data, execution_time, picked, version)
            values (:work, :id, :data, :due, false, 1)
            on conflict (task_name, task_instance) do update set
              task_data = excluded.task_data,
              state = case when queued.picked then
                case when queued.state like 'again %%' then least(queued.state, :again) else :again end end,
              consecutive_failures = case when queued.execution_time >= :never then 0 else queued.consecutive_failures end,
              execution_time = case when queued.execution_time >= :never then :due else queued.execution_time end
            """
                .formatted(name))
        .param("work", work)
        .param("id", id)
        .param("data", data)
        .param("due", utc(due))
        .param("again", AGAIN + String.format(Locale.ROOT, "%015d", due.toEpochMilli()))
        .param("never", utc(NEVER))
        .update();
  }

  /**
   * When it is wanted again, if it was enqueued since it was picked. Holds the row until the
   * transaction ends.
   */
  Optional<Instant> wantedAgain(String work, String id) {
    var wanted =
        jdbc.sql(
                "select coalesce(state, '') from %s where task_name = :work and task_instance = :id for update"
                    .formatted(name))
            .param("work", work)
            .param("id", id)
            .query(String.class)
            .optional()
            .filter(state -> state.startsWith(AGAIN))
            .map(state -> Instant.ofEpochMilli(Long.parseLong(state.substring(AGAIN.length()))));
    if (wanted.isPresent()) {
      note(work, id, "");
    }
    return wanted;
  }

  void note(String work, String id, String state) {
    jdbc.sql(
            "update %s set state = :state where task_name = :work and task_instance = :id"
                .formatted(name))
        .param("state", state)
        .param("work", work)
        .param("id", id)
        .update();
  }

  List<Parked> parked() {
    return jdbc.sql(
            """
            select task_name, task_instance, task_data, consecutive_failures, state, last_failure
            from %s where execution_time >= :never order by last_failure desc limit 1000
            """
                .formatted(name))
        .param("never", utc(NEVER))
        .query((row, _) ->
            new Parked(
                row.getString("task_name"),
                row.getString("task_instance"),
                new String(row.getBytes("task_data"), StandardCharsets.UTF_8),
                row.getInt("consecutive_failures"),
                row.getString("state"),
                row.getObject("last_failure", OffsetDateTime.class).toInstant()))
        .list();
  }

  Queue.Depth depth() {
    return jdbc.sql(
            """
            select count(*) filter (where not picked and execution_time < :never) as waiting,
              count(*) filter (where picked) as running,
              count(*) filter (where execution_time >= :never) as parked,
              coalesce(greatest(0, extract(epoch from now() - min(execution_time) filter (where not picked))), 0) as oldest
            from %s
            """
                .formatted(name))
        .param("never", utc(NEVER))
        .query((row, _) ->
            new Queue.Depth(
                row.getLong("waiting"),
                row.getLong("running"),
                row.getLong("parked"),
                row.getDouble("oldest")))
        .single();
  }

  /**
   * Makes all parked work due.
   *
   * @param failures how many it counts as having had
   * @return how much there was
   */
  int retryParked(int failures) {
    return jdbc.sql(
            """
            update %s set execution_time = :now, consecutive_failures = :failures, state = null
            where execution_time >= :never
            """
                .formatted(name))
        .param("now", utc(Instant.now()))
        .param("failures", failures)
        .param("never", utc(NEVER))
        .update();
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}

package dev.fovea.registry.webhooks;

import dev.fovea.kernel.Name;
import dev.fovea.registry.search.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The webhooks' table. */
@Component("webhookRows")
class HookRows {
  private static final String SELECT =
      "select *, coalesce(old_until > now(), false) as has_old from registry.webhook ";

  private final JdbcClient database;

  HookRows(JdbcClient database) {
    this.database = database;
  }

  /** Waits for other writers of the project's hooks, so that they can be counted. */
  void hold(Name project) {
    database
        .sql("select pg_advisory_xact_lock(hashtextextended(?, 0))")
        .param("webhooks of " + project)
        .query(row -> {});
  }

  int count(Name project) {
    return database
        .sql("select count(*) from registry.webhook where project = ?")
        .param(project.text())
        .query(Integer.class)
        .single();
  }

  void insert(
      String id,
      Name project,
      String name,
      String description,
      String url,
      Set<Event> events,
      boolean active,
      Optional<byte[]> secret) {
    database
        .sql(
            """
            insert into registry.webhook (id, project, name, description, url, events, active, secret)
            values (?, ?, ?, ?, ?, ?, ?, ?::bytea)
            """)
        .params(
            id, project.text(), name, description, url, array(events), active, Sql.orNull(secret))
        .update();
  }

  /**
   * Changes what is given. Whoever changes it means the receiver to be tried afresh; a secret that
   * is replaced so ends at once.
   */
  void update(
      String id,
      Optional<String> name,
      Optional<String> description,
      Optional<String> url,
      Optional<Set<Event>> events,
      Optional<Boolean> active,
      Optional<byte[]> secret) {
    database
        .sql(
            """
            update registry.webhook w set name = coalesce(?::text, name), description = coalesce(?::text, description),
              url = coalesce(?::text, url), events = coalesce(?::text[], events), active = coalesce(?::boolean, active),
              secret = coalesce(n.secret, w.secret), old_secret = case when n.secret is null then old_secret end,
              old_until = case when n.secret is null then old_until end,
              updated = now(), failures = 0, paused_until = null
            from (select ?::bytea as secret) n
            where id = ?
            """)
        .params(
            Sql.orNull(name),
            Sql.orNull(description),
            Sql.orNull(url),
            Sql.orNull(events.map(HookRows::array)),
            Sql.orNull(active),
            Sql.orNull(secret),
            id)
        .update();
  }

  /**
   * Gives it a new secret; false where it is gone.
   *
   * @param overlap how long the one before stays; 0 ends it at once
   */
  boolean rotate(String id, byte[] secret, Duration overlap) {
    return database
            .sql(
                """
                update registry.webhook set secret = ?, updated = now(), failures = 0, paused_until = null,
                  old_secret = case when ? > 0 then secret end,
                  old_until = case when ? > 0 and secret is not null then now() + ? * interval '1 millisecond' end
                where id = ?
                """)
            .params(secret, overlap.toMillis(), overlap.toMillis(), overlap.toMillis(), id)
            .update()
        == 1;
  }

  /** Forgets a secret whose time is over. */
  void forgetOld(String id) {
    database
        .sql(
            "update registry.webhook set old_secret = null, old_until = null where id = ? and old_until <= now()")
        .param(id)
        .update();
  }

  void delete(String id) {
    database.sql("delete from registry.webhook where id = ?").param(id).update();
  }

  Optional<Hook> find(String id) {
    return database.sql(SELECT + "where id = ?").param(id).query((row, _) -> hook(row)).optional();
  }

  List<Hook> all(Name project) {
    return database
        .sql(SELECT + "where project = ? order by created, id")
        .param(project.text())
        .query((row, _) -> hook(row))
        .list();
  }

  /** Whom of a project's an event is told, always in one order. */
  List<String> listeners(Name project, Event event) {
    return database
        .sql(
            "select id from registry.webhook where project = ? and active and ? = any(events) order by id")
        .params(project.text(), event.written())
        .query((row, _) -> row.getString("id"))
        .list();
  }

  void works(String id) {
    database
        .sql(
            "update registry.webhook set failures = 0, paused_until = null where id = ? and failures > 0")
        .param(id)
        .update();
  }

  void fails(String id, Optional<Duration> pause) {
    database
        .sql(
            "update registry.webhook set failures = failures + 1, paused_until = now() + ?::bigint * interval '1 millisecond' where id = ?")
        .params(Sql.orNull(pause.map(Duration::toMillis)), id)
        .update();
  }

  private static String[] array(Set<Event> events) {
    return Event.written(events).toArray(String[]::new);
  }

  private static Hook hook(ResultSet row) throws SQLException {
    var events = new LinkedHashSet<Event>();
    Arrays.stream((String[]) row.getArray("events").getArray()).map(Event::of).forEach(events::add);
    return new Hook(
        row.getString("id"),
        new Name(row.getString("project")),
        row.getString("name"),
        row.getString("description"),
        row.getString("url"),
        events,
        row.getBoolean("active"),
        Optional.ofNullable(row.getBytes("secret")),
        row.getBoolean("has_old")
            ? Optional.of(
                new Hook.Old(
                    row.getBytes("old_secret"),
                    row.getObject("old_until", OffsetDateTime.class).toInstant()))
            : Optional.empty(),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getObject("updated", OffsetDateTime.class).toInstant(),
        row.getInt("failures"),
        Optional.ofNullable(row.getObject("paused_until", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}

package dev.fovea.registry.webhooks;

import dev.fovea.registry.WebhookDelivery;
import dev.fovea.registry.WebhookDelivery.State;
import dev.fovea.registry.search.Sql;
import dev.fovea.registry.webhooks.outbound.Answer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The deliveries' table. Times are the database's, so that processes need not agree on theirs. */
@Component("webhookDeliveryRows")
class DeliveryRows {
  private static final int MOST_SWEPT = 1_000;

  private final JdbcClient database;

  DeliveryRows(JdbcClient database) {
    this.database = database;
  }

  /**
   * One that is due.
   *
   * @param tries how often it was tried, this time included
   */
  record Due(String id, byte[] body, int tries) {}

  void insert(String id, String webhook, Event event, byte[] body, Duration lasts) {
    database
        .sql(
            """
            insert into registry.webhook_delivery (id, webhook, event, body, gives_up, next_try)
            values (?, ?, ?, ?, now() + ? * interval '1 millisecond', now())
            """)
        .params(id, webhook, event.written(), body, lasts.toMillis())
        .update();
  }

  /**
   * Takes the one that has been due longest. It stays due, so that a process that dies over it
   * leaves it to the next one.
   */
  Optional<Due> take(String webhook) {
    return database
        .sql(
            """
            update registry.webhook_delivery set tries = tries + 1, tried = now() where id = (
              select id from registry.webhook_delivery where webhook = ? and state = 'WAITING' and next_try <= now()
              order by next_try, id limit 1 for update skip locked)
            returning id, body, tries
            """)
        .param(webhook)
        .query((row, _) -> new Due(row.getString("id"), row.getBytes("body"), row.getInt("tries")))
        .optional();
  }

  void taken(String id, Answer answer) {
    database
        .sql(
            """
            update registry.webhook_delivery set state = 'DELIVERED', answered = ?::int, outcome = '', next_try = null
            where id = ?
            """)
        .params(Sql.orNull(answer.status()), id)
        .update();
  }

  void failed(String id, Answer answer, Duration pause) {
    database
        .sql(
            """
            update registry.webhook_delivery set answered = ?::int, outcome = ?,
              next_try = now() + ? * interval '1 millisecond' where id = ?
            """)
        .params(Sql.orNull(answer.status()), answer.words(), pause.toMillis(), id)
        .update();
  }

  void givenUp(String id, Answer answer) {
    database
        .sql(
            """
            update registry.webhook_delivery set state = 'GIVEN_UP', answered = ?::int, outcome = ?, next_try = null
            where id = ?
            """)
        .params(Sql.orNull(answer.status()), answer.words(), id)
        .update();
  }

  /** Gives up what is too old, and forgets what has been over for so long. */
  void sweep(String webhook, Duration keep) {
    database
        .sql(
            """
            update registry.webhook_delivery set state = 'GIVEN_UP', next_try = null,
              outcome = case when outcome = '' then 'too old' else 'too old; last: ' || outcome end
            where id in (select id from registry.webhook_delivery
              where webhook = ? and state = 'WAITING' and gives_up < now() limit ?)
            """)
        .params(webhook, MOST_SWEPT)
        .update();
    database
        .sql(
            """
            delete from registry.webhook_delivery where id in (select id from registry.webhook_delivery
              where webhook = ? and created < now() - ? * interval '1 millisecond' and state <> 'WAITING'
              order by created limit ?)
            """)
        .params(webhook, keep.toMillis(), MOST_SWEPT)
        .update();
  }

  /** How long until one is due; empty where none waits. */
  Optional<Duration> untilNext(String webhook) {
    return database
        .sql(
            """
            select greatest(0, extract(epoch from min(next_try) - now()) * 1000)::bigint
            from registry.webhook_delivery where webhook = ? and state = 'WAITING' having count(*) > 0
            """)
        .param(webhook)
        .query(Long.class)
        .optional()
        .map(Duration::ofMillis);
  }

  Map<String, Long> waiting(List<String> webhooks) {
    var counts = new HashMap<String, Long>();
    database
        .sql(
            """
            select webhook, count(*) as waiting from registry.webhook_delivery
            where webhook = any(?) and state = 'WAITING' group by webhook
            """)
        .param(webhooks.toArray(String[]::new))
        .query(row -> {
          counts.put(row.getString("webhook"), row.getLong("waiting"));
        });
    return counts;
  }

  List<WebhookDelivery> newest(String webhook, int limit) {
    return database
        .sql(
            "select * from registry.webhook_delivery where webhook = ? order by created desc, id limit ?")
        .params(webhook, limit)
        .query((row, _) -> delivery(row))
        .list();
  }

  /** Makes one due that is over; false where there is none, or it waits anyway. */
  boolean again(String webhook, String id, Duration lasts) {
    return database
            .sql(
                """
                update registry.webhook_delivery set state = 'WAITING', tries = 0, next_try = now(), outcome = '',
                  answered = null, gives_up = now() + ? * interval '1 millisecond'
                where webhook = ? and id = ? and state <> 'WAITING'
                """)
            .params(lasts.toMillis(), webhook, id)
            .update()
        == 1;
  }

  boolean has(String webhook, String id) {
    return database
        .sql("select exists (select 1 from registry.webhook_delivery where webhook = ? and id = ?)")
        .params(webhook, id)
        .query(Boolean.class)
        .single();
  }

  private static WebhookDelivery delivery(ResultSet row) throws SQLException {
    int answered = row.getInt("answered");
    Optional<Integer> status = row.wasNull() ? Optional.empty() : Optional.of(answered);
    return new WebhookDelivery(
        row.getString("id"),
        row.getString("event"),
        State.valueOf(row.getString("state")),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getInt("tries"),
        time(row, "tried"),
        status,
        row.getString("outcome"),
        time(row, "next_try"));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}

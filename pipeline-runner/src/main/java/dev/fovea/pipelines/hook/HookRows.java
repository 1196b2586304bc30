package dev.fovea.pipelines.hook;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Hooks.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The hooks and what they brought. */
final class HookRows {
  private static final int NEWEST = 100;

  private final JdbcClient jdbc;
  private final JsonMapper json;

  HookRows(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** A hook with the secrets that are good now. */
  record Known(
      String repository, List<String> secrets, Instant changed, Optional<Instant> previousUntil) {
    @Override
    public String toString() {
      return "Known[repository=%s, secrets=•••]".formatted(repository);
    }
  }

  Optional<Known> find(Name project) {
    return jdbc.sql(
            """
            select repository, secret, changed,
              case when previous_until > now() then previous end as previous,
              case when previous_until > now() then previous_until end as until
            from pipelines.hook where project = :project
            """)
        .param("project", project.text())
        .query((row, _) ->
            new Known(
                row.getString("repository"),
                Stream.of(
                        Optional.of(row.getString("secret")),
                        Optional.ofNullable(row.getString("previous")))
                    .flatMap(Optional::stream)
                    .toList(),
                row.getObject("changed", OffsetDateTime.class).toInstant(),
                instant(row.getObject("until", OffsetDateTime.class))))
        .optional();
  }

  /** Makes the hook with this secret, or gives the one there is another repository. */
  boolean listen(Name project, String repository, String secret) {
    return jdbc.sql(
            """
            insert into pipelines.hook (project, repository, secret) values (:project, :repository, :secret)
            on conflict (project) do update set repository = excluded.repository, changed = now()
            returning secret = :secret
            """)
        .param("project", project.text())
        .param("repository", repository)
        .param("secret", secret)
        .query(Boolean.class)
        .single();
  }

  /** Makes this the secret and keeps the one before; empty where there is no hook. */
  Optional<Instant> rotate(Name project, String secret, Duration overlap) {
    return jdbc.sql(
            """
            update pipelines.hook set previous = secret, previous_until = now() + make_interval(secs => :overlap),
              secret = :secret, changed = now()
            where project = :project returning previous_until
            """)
        .param("secret", secret)
        .param("overlap", (double) overlap.toSeconds())
        .param("project", project.text())
        .query((row, _) -> row.getObject("previous_until", OffsetDateTime.class).toInstant())
        .optional();
  }

  boolean remove(Name project) {
    return jdbc.sql("delete from pipelines.hook where project = :project")
            .param("project", project.text())
            .update()
        == 1;
  }

  /** Writes a delivery down; false where it, or its body, came before. */
  boolean add(Name project, String delivery, Digest body, String event, Wish wish) {
    boolean nothing = wish instanceof Wish.Nothing;
    return jdbc.sql(
                """
                insert into pipelines.hook_delivery (project, delivery, body, event, wish, state, outcome)
                values (:project, :delivery, :body, :event, cast(:wish as jsonb), :state, :outcome) on conflict do nothing
                """)
            .param("project", project.text())
            .param("delivery", delivery)
            .param("body", body.toString())
            .param("event", event)
            .param("wish", json.writerFor(Wish.class).writeValueAsString(wish))
            .param("state", nothing ? "ignored" : "waiting")
            .param("outcome", wish instanceof Wish.Nothing(var why) ? why : "it waits for its turn")
            .update()
        == 1;
  }

  /** What a delivery asks for, until it is done. */
  Optional<Wish> waiting(Name project, String delivery) {
    return jdbc.sql(
            "select wish from pipelines.hook_delivery where project = :project and delivery = :delivery and state = 'waiting'")
        .param("project", project.text())
        .param("delivery", delivery)
        .query((row, _) -> json.readValue(row.getString("wish"), Wish.class))
        .optional();
  }

  void ended(Name project, String delivery, String state, String outcome) {
    jdbc.sql(
            "update pipelines.hook_delivery set state = :state, outcome = :outcome where project = :project and delivery = :delivery")
        .param("state", state)
        .param("outcome", outcome)
        .param("project", project.text())
        .param("delivery", delivery)
        .update();
  }

  List<Delivery> newest(Name project) {
    return jdbc.sql(
            "select * from pipelines.hook_delivery where project = :project order by place desc limit :newest")
        .param("project", project.text())
        .param("newest", NEWEST)
        .query((row, _) ->
            new Delivery(
                row.getString("delivery"),
                row.getString("event"),
                row.getString("state"),
                row.getString("outcome"),
                row.getObject("received", OffsetDateTime.class).toInstant()))
        .list();
  }

  private static Optional<Instant> instant(@Nullable OffsetDateTime at) {
    return Optional.ofNullable(at).map(OffsetDateTime::toInstant);
  }
}

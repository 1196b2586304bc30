package dev.fovea.pipelines.request;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases.Request;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who asked for which release. A version is released by itself when it is registered, so whoever
 * asks later mostly finds a release that somebody else started: that they asked is kept all the
 * same.
 */
public final class Requests {
  private static final int MOST = 500;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final Consumer<Digest> asked;

  /**
   * @param events where events go; called in a transaction
   * @param asked hears of every release that is asked for; called in a transaction
   */
  public Requests(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Consumer<Object> events,
      Consumer<Digest> asked) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.events = events;
    this.asked = asked;
  }

  /** Writes it down; the same caller with the same build is one request. */
  public void add(Release release, Caller caller) {
    transactions.executeWithoutResult(_ -> {
      boolean fresh =
          of(
                      release,
                      caller,
                      """
                      insert into pipelines.release_request (release, requested_by, repository, repository_id, ref, commit)
                      values (:release, :by, :repository, :id, :ref, :commit) on conflict do nothing
                      """)
                  .update()
              == 1;
      if (!fresh) {
        of(
                release,
                caller,
                """
                update pipelines.release_request set last_at = now() where release = :release and requested_by = :by
                  and repository = :repository and repository_id = :id and ref = :ref and commit = :commit
                """)
            .update();
      } else {
        events.accept(
            new Audited(
                UUID.randomUUID(),
                release.project().text(),
                caller.subject(),
                "requested release of %s %d%s"
                    .formatted(release.model(), release.number(), of(caller)),
                release.digest().toString(),
                "done",
                Clock.systemUTC().instant()));
      }
      asked.accept(release.digest());
    });
  }

  private JdbcClient.StatementSpec of(Release release, Caller caller, String sql) {
    return jdbc.sql(sql)
        .param("release", release.digest().toString())
        .param("by", caller.subject())
        .param("repository", caller.build().map(Caller.Build::repository).orElse(""))
        .param("id", caller.build().map(Caller.Build::repositoryId).orElse(""))
        .param("ref", caller.build().map(Caller.Build::ref).orElse(""))
        .param("commit", caller.build().map(b -> b.commit().sha()).orElse(""));
  }

  /** Oldest first. */
  public List<Request> of(Digest release) {
    return jdbc.sql(
            "select * from pipelines.release_request where release = :release order by at, requested_by limit :most")
        .param("release", release.toString())
        .param("most", MOST)
        .query((row, _) -> request(row))
        .list();
  }

  private static String of(Caller caller) {
    return caller
        .build()
        .map(build ->
            " from %s %s at %s"
                .formatted(build.repository(), build.ref(), build.commit().abbreviated()))
        .orElse("");
  }

  private static Request request(ResultSet row) throws SQLException {
    var commit = row.getString("commit");
    return new Request(
        row.getString("requested_by"),
        commit.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Caller.Build(
                    row.getString("repository"),
                    row.getString("repository_id"),
                    row.getString("ref"),
                    GitCommit.of(commit))),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }
}

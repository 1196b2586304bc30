package dev.fovea.pipelines.status;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.CommitStatus.Delivery;
import dev.fovea.pipelines.CommitStatus.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The statuses' table. Times are the database's, so that processes need not agree on theirs. */
final class StatusRows {
  private static final int MOST = 500;

  private static final String OF_COMMIT =
      " where project = :project and repository = :repository and commit = :commit ";

  private final JdbcClient jdbc;

  StatusRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A build that asked for a release, and may have it: its commit made the model. */
  record Bound(Name project, String repository, String repositoryId, GitCommit commit) {}

  /**
   * One that waits.
   *
   * @param tries how often it was sent already
   */
  record Waiting(Wanted wanted, Digest release, int tries) {}

  /** Who asked for a release from a commit. */
  List<Bound> bound(Digest release) {
    return jdbc.sql(
            """
            select distinct release.project, asked.repository, asked.repository_id, asked.commit
            from pipelines.release_request asked join pipelines.release on release.digest = asked.release
            where asked.release = :release and asked.commit <> ''
            order by asked.commit, asked.repository, asked.repository_id limit :most
            """)
        .param("release", release.toString())
        .param("most", MOST)
        .query((row, _) ->
            new Bound(
                Name.of(row.getString("project")),
                row.getString("repository"),
                row.getString("repository_id"),
                GitCommit.of(row.getString("commit"))))
        .list();
  }

  /** The release that was asked for last from this commit. */
  Optional<Digest> newest(Due due, Optional<String> repositoryId) {
    return jdbc.sql(
            """
            select asked.release from pipelines.release_request asked
            join pipelines.release on release.digest = asked.release
            where asked.commit = :commit and asked.commit <> '' and release.project = :project
              and lower(asked.repository) = lower(:repository)
              and (:id = '' or asked.repository_id = :id)
            order by asked.last_at desc, release.place desc limit 1
            """)
        .param("commit", due.commit().sha())
        .param("project", due.project().text())
        .param("repository", due.repository())
        .param("id", repositoryId.orElse(""))
        .query((row, _) -> Digest.parse(row.getString("release")))
        .optional();
  }

  /**
   * Waits for whoever else writes many of a commit's rows, until the transaction ends, so that no
   * two wait for one another.
   */
  private void hold(Due due) {
    jdbc.sql("select pg_advisory_xact_lock(hashtextextended(:id, 0))")
        .param("id", "commit statuses of " + due.id())
        .query(row -> {});
  }

  /** Writes down what the host is to know; what it knows already stays as it is. */
  void want(Due due, Digest release, List<Wanted> all) {
    hold(due);
    for (int place = 0; place < all.size(); place++) {
      var wanted = all.get(place);
      jdbc.sql(
              """
              insert into pipelines.commit_status as known
                (project, repository, commit, context, place, release, state, description, target)
              values (:project, :repository, :commit, :context, :place, :release, :state, :description, :target)
              on conflict (project, repository, commit, context) do update set place = excluded.place,
                release = excluded.release, state = excluded.state, description = excluded.description,
                target = excluded.target, delivery = 'WAITING', tries = 0, next_try = now(), answered = null, outcome = ''
              where (known.release, known.state, known.description, known.target)
                is distinct from (excluded.release, excluded.state, excluded.description, excluded.target)
              """)
          .param("project", due.project().text())
          .param("repository", due.repository())
          .param("commit", due.commit().sha())
          .param("context", wanted.context())
          .param("place", place)
          .param("release", release.toString())
          .param("state", wanted.state().name())
          .param("description", wanted.description())
          .param("target", wanted.target())
          .update();
    }
  }

  /** Those that are due, in the order of their gates. */
  List<Waiting> waiting(Due due) {
    return of(
            due,
            "select * from pipelines.commit_status"
                + OF_COMMIT
                + "and delivery = 'WAITING' and next_try <= now() order by place, context limit "
                + MOST)
        .query((row, _) ->
            new Waiting(
                new Wanted(
                    row.getString("context"),
                    State.valueOf(row.getString("state")),
                    row.getString("description"),
                    row.getString("target")),
                Digest.parse(row.getString("release")),
                row.getInt("tries")))
        .list();
  }

  /** It knows, unless something else has become true meanwhile. */
  void sent(Due due, Waiting waiting, int answered) {
    ended(due, waiting, Delivery.SENT, answered, "");
  }

  /** The host does not take it. */
  void refused(Due due, Waiting waiting, int answered, String why) {
    ended(due, waiting, Delivery.REFUSED, answered, why);
  }

  private void ended(Due due, Waiting waiting, Delivery delivery, int answered, String outcome) {
    of(
            due,
            """
            update pipelines.commit_status set delivery = :delivery, answered = :answered, outcome = :outcome,
              tries = tries + 1, sent = case when :delivery = 'SENT' then now() else sent end
            """
                + OF_COMMIT
                + "and context = :context and state = :state and description = :description and release = :release")
        .param("delivery", delivery.name())
        .param("answered", answered)
        .param("outcome", outcome)
        .param("context", waiting.wanted().context())
        .param("state", waiting.wanted().state().name())
        .param("description", waiting.wanted().description())
        .param("release", waiting.release().toString())
        .update();
  }

  /**
   * Puts all of a commit off that wait: what failed for one would fail for the next. Answers how
   * many are given up.
   */
  int failed(Due due, Optional<Integer> answered, String why, Duration pause, int most) {
    hold(due);
    return of(
            due,
            """
            with tried as (
              update pipelines.commit_status set tries = tries + 1, answered = cast(:answered as int), outcome = :why,
                next_try = now() + :pause * interval '1 millisecond',
                delivery = case when tries + 1 >= :most then 'GIVEN_UP' else delivery end
            """
                + OF_COMMIT
                + """
                    and delivery = 'WAITING' returning delivery)
                select count(*) filter (where delivery = 'GIVEN_UP') from tried
                """)
        .param("answered", answered.orElse(null))
        .param("why", why)
        .param("pause", pause.toMillis())
        .param("most", most)
        .query(Integer.class)
        .single();
  }

  /** What was given up or refused gets a fresh start. */
  void again(Due due) {
    hold(due);
    of(
            due,
            "update pipelines.commit_status set delivery = 'WAITING', tries = 0, next_try = now()"
                + OF_COMMIT
                + "and delivery in ('REFUSED', 'GIVEN_UP')")
        .update();
  }

  /** How long until one is due; empty where none waits. */
  Optional<Duration> untilNext(Due due) {
    return of(
            due,
            "select greatest(0, extract(epoch from min(next_try) - now()) * 1000)::bigint from pipelines.commit_status"
                + OF_COMMIT
                + "and delivery = 'WAITING' having count(*) > 0")
        .query(Long.class)
        .optional()
        .map(Duration::ofMillis);
  }

  /** What is told of a release, in the order of its gates. */
  List<CommitStatus> of(Digest release) {
    return jdbc.sql(
            "select * from pipelines.commit_status where release = :release order by repository, commit, place limit :most")
        .param("release", release.toString())
        .param("most", MOST)
        .query((row, _) -> status(row))
        .list();
  }

  private JdbcClient.StatementSpec of(Due due, String sql) {
    return jdbc.sql(sql)
        .param("project", due.project().text())
        .param("repository", due.repository())
        .param("commit", due.commit().sha());
  }

  private static CommitStatus status(ResultSet row) throws SQLException {
    return new CommitStatus(
        row.getString("repository"),
        GitCommit.of(row.getString("commit")),
        row.getString("context"),
        State.valueOf(row.getString("state")),
        row.getString("description"),
        Delivery.valueOf(row.getString("delivery")),
        row.getString("outcome"),
        row.getInt("tries"),
        Optional.ofNullable(row.getObject("sent", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}

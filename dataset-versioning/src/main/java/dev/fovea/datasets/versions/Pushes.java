package dev.fovea.datasets.versions;

import dev.fovea.datasets.Push;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The log of pushes. */
@Repository
class Pushes {
  private static final int SHOWN = 100;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient db;

  Pushes(JdbcClient db) {
    this.db = db;
  }

  /** A push that passed the gate and whose branch may or may not have moved. */
  record CheckedPush(UUID id, GitCommit commit, String who, Optional<Digest> batch) {}

  /**
   * Remembers a push before its branch moves, so that a kill afterwards does not lose who it was.
   */
  UUID check(
      Name project,
      String branch,
      GitCommit commit,
      String who,
      List<Finding> findings,
      Optional<Digest> batch) {
    return add(project, branch, commit, who, "CHECKED", findings, batch);
  }

  /** Logs a push that was refused. */
  UUID refuse(Name project, String branch, GitCommit commit, String who, List<Finding> findings) {
    return add(project, branch, commit, who, "REFUSED", findings, Optional.empty());
  }

  private UUID add(
      Name project,
      String branch,
      GitCommit commit,
      String who,
      String state,
      List<Finding> findings,
      Optional<Digest> batch) {
    var id = UUID.randomUUID();
    db.sql(
            """
            insert into datasets.push (id, project, branch, commit_sha, who, state, findings, batch)
            values (:id, :project, :branch, :commit, :who, :state, :findings::jsonb, :batch)
            """)
        .param("id", id)
        .param("project", project.text())
        .param("branch", branch)
        .param("commit", commit.sha())
        .param("who", who)
        .param("state", state)
        .param("findings", JSON.writeValueAsString(findings))
        .param("batch", batch.map(Digest::toString).orElse(null))
        .update();
    return id;
  }

  /** Those that wait for their branch, oldest first. */
  List<CheckedPush> checked(Name project, String branch) {
    return db.sql(
            """
            select id, commit_sha, who, batch from datasets.push
            where project = :project and branch = :branch and state = 'CHECKED' order by at
            """)
        .param("project", project.text())
        .param("branch", branch)
        .query((row, _) ->
            new CheckedPush(
                row.getObject("id", UUID.class),
                GitCommit.of(row.getString("commit_sha")),
                row.getString("who"),
                Optional.ofNullable(row.getString("batch")).map(Digest::parse)))
        .list();
  }

  /** The branch has moved. */
  void accept(UUID id) {
    db.sql("update datasets.push set state = 'ACCEPTED' where id = :id").param("id", id).update();
  }

  /** The branch did not move, for this reason. */
  void lose(UUID id, Finding reason) {
    db.sql(
            """
            update datasets.push set state = 'REFUSED', findings = findings || :reason::jsonb
            where id = :id and state = 'CHECKED'
            """)
        .param("id", id)
        .param("reason", JSON.writeValueAsString(List.of(reason)))
        .update();
  }

  /** The latest that are decided, newest first. */
  List<Push> latest(Name project) {
    return db.sql(
            "select * from datasets.push where project = :project and state <> 'CHECKED' order by at desc limit :shown")
        .param("project", project.text())
        .param("shown", SHOWN)
        .query((row, _) -> push(row))
        .list();
  }

  private static Push push(ResultSet row) throws SQLException {
    return new Push(
        row.getObject("id", UUID.class),
        GitCommit.of(row.getString("commit_sha")),
        row.getString("branch"),
        row.getString("who"),
        row.getString("state").equals("ACCEPTED"),
        JSON.readValue(row.getString("findings"), new TypeReference<List<Finding>>() {}),
        row.getObject("at", OffsetDateTime.class).toInstant());
  }
}

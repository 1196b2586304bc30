package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Retraining;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The retrainings, and how they stand. */
final class Trainings {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  Trainings(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** Writes it down; false when it is there. */
  boolean add(Training training) {
    return jdbc.sql(
                """
                insert into pipelines.retraining (digest, project, inputs, state, summary)
                values (:digest, :project, cast(:inputs as jsonb), 'running', 'it starts')
                on conflict do nothing
                """)
            .param("digest", training.digest().toString())
            .param("project", training.project().text())
            .param("inputs", json.writeValueAsString(training))
            .update()
        == 1;
  }

  Training load(Digest digest) {
    return jdbc.sql("select inputs from pipelines.retraining where digest = :digest")
        .param("digest", digest.toString())
        .query((row, _) -> json.readValue(row.getString("inputs"), Training.class))
        .single();
  }

  List<Retraining> newest(Name project, int limit) {
    return jdbc.sql(
            "select * from pipelines.retraining where project = :project order by place desc limit :limit")
        .param("project", project.text())
        .param("limit", limit)
        .query(this::retraining)
        .list();
  }

  /** Counts a failure that may pass; answers how many there were. */
  int tried(Digest digest) {
    return jdbc.sql(
            "update pipelines.retraining set tries = tries + 1 where digest = :digest returning tries")
        .param("digest", digest.toString())
        .query(Integer.class)
        .single();
  }

  void stands(Digest digest, String state, String summary) {
    jdbc.sql(
            "update pipelines.retraining set state = :state, summary = :summary where digest = :digest")
        .param("state", state)
        .param("summary", summary)
        .param("digest", digest.toString())
        .update();
  }

  /** It has ended well; what it came to stays as its last step said. */
  void done(Digest digest) {
    jdbc.sql("update pipelines.retraining set state = 'done' where digest = :digest")
        .param("digest", digest.toString())
        .update();
  }

  void came(Digest digest, int number) {
    jdbc.sql("update pipelines.retraining set number = :number where digest = :digest")
        .param("number", number)
        .param("digest", digest.toString())
        .update();
  }

  private Retraining retraining(ResultSet row, int index) throws SQLException {
    var training = json.readValue(row.getString("inputs"), Training.class);
    return new Retraining(
        Digest.parse(row.getString("digest")),
        training.model(),
        training.dataset(),
        training.from(),
        row.getString("state"),
        Optional.ofNullable(row.getObject("number", Integer.class)),
        row.getString("summary"),
        training.started());
  }
}

package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The releases that were asked for, and how they stand. */
final class Orders {
  private static final String SELECT = "select * from pipelines.release ";

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final OrderSteps steps;

  Orders(JdbcClient jdbc, JsonMapper json, OrderSteps steps) {
    this.jdbc = jdbc;
    this.json = json;
    this.steps = steps;
  }

  /** Writes it down; one that failed starts again. False when it is there and needs nothing. */
  boolean add(Order order) {
    boolean wanted =
        jdbc.sql(
                    """
                    insert into pipelines.release (digest, project, model, number, inputs, state, reason)
                    values (:digest, :project, :model, :number, cast(:inputs as jsonb), 'RUNNING', 'it starts')
                    on conflict (digest) do update set state = 'RUNNING', reason = 'it goes on where it failed', tries = 0
                      where release.state = 'FAILED'
                    """)
                .param("digest", order.digest().toString())
                .param("project", order.project().text())
                .param("model", order.model().text())
                .param("number", order.number())
                .param("inputs", json.writeValueAsString(order))
                .update()
            == 1;
    if (wanted) {
      steps.add(order.digest());
    }
    return wanted;
  }

  Order load(Digest digest) {
    return jdbc.sql(SELECT + "where digest = :digest")
        .param("digest", digest.toString())
        .query((row, _) -> json.readValue(row.getString("inputs"), Order.class))
        .single();
  }

  Optional<Release> find(Name project, Digest digest) {
    return jdbc.sql(SELECT + "where project = :project and digest = :digest")
        .param("project", project.text())
        .param("digest", digest.toString())
        .query(this::release)
        .optional();
  }

  List<Release> newest(Name project, int limit) {
    return jdbc.sql(SELECT + "where project = :project order by place desc limit :limit")
        .param("project", project.text())
        .param("limit", limit)
        .query(this::release)
        .list();
  }

  Optional<Release> newestOf(Name project, Name model, int number) {
    return jdbc.sql(
            SELECT
                + "where project = :project and model = :model and number = :number order by place desc limit 1")
        .param("project", project.text())
        .param("model", model.text())
        .param("number", number)
        .query(this::release)
        .optional();
  }

  /** Those that wait for this profile. */
  List<Digest> awaiting(Digest profileJob) {
    return jdbc.sql(
            "select digest from pipelines.release where awaits @> jsonb_build_array(cast(:job as text))")
        .param("job", profileJob.toString())
        .query((row, _) -> Digest.parse(row.getString("digest")))
        .list();
  }

  /** Counts a failure that may pass; answers how many there were in this start. */
  int tried(Digest digest) {
    return jdbc.sql(
            "update pipelines.release set tries = tries + 1 where digest = :digest returning tries")
        .param("digest", digest.toString())
        .query(Integer.class)
        .single();
  }

  void stands(Digest digest, Release.State state, String reason) {
    jdbc.sql("update pipelines.release set state = :state, reason = :reason where digest = :digest")
        .param("state", state.name())
        .param("reason", reason)
        .param("digest", digest.toString())
        .update();
  }

  void awaits(Digest digest, Collection<Digest> profileJobs) {
    jdbc.sql("update pipelines.release set awaits = cast(:jobs as jsonb) where digest = :digest")
        .param("jobs", json.writeValueAsString(profileJobs))
        .param("digest", digest.toString())
        .update();
  }

  /** The profiles that a release waits for, or has waited for. */
  List<Digest> awaited(Digest digest) {
    return jdbc.sql(
            "select jsonb_array_elements_text(awaits) as job from pipelines.release where digest = :digest")
        .param("digest", digest.toString())
        .query((row, _) -> Digest.parse(row.getString("job")))
        .list();
  }

  void outputs(
      Digest digest,
      Optional<Digest> fp32,
      Optional<Digest> int8,
      Optional<Verdict> verdict,
      Optional<Digest> rollout) {
    jdbc.sql(
            """
            update pipelines.release set fp32 = :fp32, int8 = :int8, verdict = cast(:verdict as jsonb), rollout = :rollout
            where digest = :digest
            """)
        .param("fp32", fp32.map(Digest::toString).orElse(null))
        .param("int8", int8.map(Digest::toString).orElse(null))
        .param("verdict", verdict.map(json::writeValueAsString).orElse(null))
        .param("rollout", rollout.map(Digest::toString).orElse(null))
        .param("digest", digest.toString())
        .update();
  }

  private Release release(ResultSet row, int index) throws SQLException {
    var order = json.readValue(row.getString("inputs"), Order.class);
    var digest = Digest.parse(row.getString("digest"));
    return new Release(
        digest,
        order.project(),
        order.model(),
        order.number(),
        order.modelDigest(),
        order.dataset(),
        order.policy(),
        Release.State.valueOf(row.getString("state")),
        steps.of(digest),
        digest(row, "fp32"),
        digest(row, "int8"),
        Optional.ofNullable(row.getString("verdict"))
            .map(text -> json.readValue(text, Verdict.class)),
        digest(row, "rollout"),
        row.getString("reason"),
        order.requestedBy(),
        order.started());
  }

  private static Optional<Digest> digest(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).map(Digest::parse);
  }
}

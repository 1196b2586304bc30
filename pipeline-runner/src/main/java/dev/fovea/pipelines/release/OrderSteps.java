package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Release;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How the steps of each release stand. */
final class OrderSteps {
  private final JdbcClient jdbc;

  OrderSteps(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** All steps as pending; those that are there stay as they are. */
  void add(Digest release) {
    for (var name : ReleaseJob.STEPS) {
      jdbc.sql(
              """
              insert into pipelines.release_step (release, name, state) values (:release, :name, 'pending')
              on conflict do nothing
              """)
          .param("release", release.toString())
          .param("name", name)
          .update();
    }
  }

  void began(Digest release, String name) {
    jdbc.sql(
            """
            update pipelines.release_step set state = 'running', started = coalesce(started, clock_timestamp()), ended = null
            where release = :release and name = :name
            """)
        .param("release", release.toString())
        .param("name", name)
        .update();
  }

  void progress(Digest release, String name, double share, String summary) {
    set(release, name, "running", share, summary);
  }

  /** It is done, waits, or has failed; time stops until it begins again. */
  void ended(Digest release, String name, String state, double share, String summary) {
    set(release, name, state, share, summary);
    jdbc.sql(
            "update pipelines.release_step set ended = clock_timestamp() where release = :release and name = :name")
        .param("release", release.toString())
        .param("name", name)
        .update();
  }

  /** As it was before it began: the step has nothing to do in this release. */
  void untouched(Digest release, String name) {
    jdbc.sql(
            """
            update pipelines.release_step set state = 'pending', started = null, ended = null, progress = 0, summary = ''
            where release = :release and name = :name
            """)
        .param("release", release.toString())
        .param("name", name)
        .update();
  }

  /** In the order of the job. */
  List<Release.Step> of(Digest release) {
    return jdbc.sql(
            """
            select name, state, progress, summary, started,
              coalesce(extract(epoch from coalesce(ended, clock_timestamp()) - started), 0) as seconds
            from pipelines.release_step where release = :release order by array_position(cast(:order as text[]), name)
            """)
        .param("release", release.toString())
        .param("order", "{" + String.join(",", ReleaseJob.STEPS) + "}")
        .query(OrderSteps::step)
        .list();
  }

  private void set(Digest release, String name, String state, double share, String summary) {
    jdbc.sql(
            """
            update pipelines.release_step set state = :state, progress = :progress, summary = :summary
            where release = :release and name = :name
            """)
        .param("state", state)
        .param("progress", share)
        .param("summary", summary)
        .param("release", release.toString())
        .param("name", name)
        .update();
  }

  private static Release.Step step(ResultSet row, int index) throws SQLException {
    Optional<Instant> started =
        Optional.ofNullable(row.getObject("started", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant);
    return new Release.Step(
        row.getString("name"),
        row.getString("state"),
        row.getDouble("progress"),
        started,
        Duration.ofMillis(Math.round(row.getDouble("seconds") * 1e3)),
        row.getString("summary"));
  }
}

package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Lab.ProfileRequest;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileJob;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The profiles that were asked for, in the order asked. */
final class Jobs {
  private static final TypeReference<List<Long>> SHAPE = new TypeReference<>() {};
  private static final String SELECT =
      """
      select id, device, state, profile, failure,
        (select count(*) from lab.job other where other.device = job.device and other.place < job.place
           and other.state in ('WAITING', 'RUNNING')) as ahead
      from lab.job
      """;

  private final JdbcClient jdbc;
  private final JsonMapper json;

  /**
   * A job that is next on its device.
   *
   * @param attempts how often it was begun before
   */
  record Next(Digest id, ProfileRequest request, int attempts) {}

  Jobs(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** The same request has the same id. */
  static Digest id(ProfileRequest request) {
    var canonical =
        "fovea-profile-1 %s %s %s %s %d %d"
            .formatted(
                request.project(),
                request.device(),
                request.model(),
                request.input(),
                request.warmUp(),
                request.samples());
    return Digest.sha256(canonical.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes the request down; one that failed before waits again. False when it is there already,
   * waiting, running or done.
   */
  boolean add(Digest id, ProfileRequest request) {
    return jdbc.sql(
                """
                insert into lab.job (id, project, device, model, input, warm_up, samples, state)
                values (:id, :project, :device, :model, cast(:input as jsonb), :warmUp, :samples, 'WAITING')
                on conflict (id) do update set state = 'WAITING', attempts = 0, failure = null where job.state = 'FAILED'
                """)
            .param("id", id.toString())
            .param("project", request.project().text())
            .param("device", request.device().text())
            .param("model", request.model().toString())
            .param("input", json.writeValueAsString(request.input()))
            .param("warmUp", request.warmUp())
            .param("samples", request.samples())
            .update()
        == 1;
  }

  Optional<ProfileJob> find(Digest id) {
    return jdbc.sql(SELECT + " where id = :id")
        .param("id", id.toString())
        .query(this::job)
        .optional();
  }

  List<Profile> newest(Name device, int limit) {
    return jdbc.sql(
            """
            select profile from lab.job where device = :device and state = 'DONE'
            order by profile ->> 'at' desc limit :limit
            """)
        .param("device", device.text())
        .param("limit", limit)
        .query((row, _) -> json.readValue(row.getString("profile"), Profile.class))
        .list();
  }

  /**
   * The oldest job of the device that has no result; one that is marked running was left by
   * somebody who lost the device.
   */
  Optional<Next> next(Name device) {
    return jdbc.sql(
            """
            select * from lab.job where device = :device and state in ('WAITING', 'RUNNING') order by place limit 1
            """)
        .param("device", device.text())
        .query((row, _) -> next(row))
        .optional();
  }

  void begun(Digest id) {
    jdbc.sql("update lab.job set state = 'RUNNING', attempts = attempts + 1 where id = :id")
        .param("id", id.toString())
        .update();
  }

  void done(Digest id, Profile profile) {
    jdbc.sql(
            "update lab.job set state = 'DONE', profile = cast(:profile as jsonb), failure = null where id = :id")
        .param("profile", json.writeValueAsString(profile))
        .param("id", id.toString())
        .update();
  }

  void failed(Digest id, String reason) {
    jdbc.sql("update lab.job set state = 'FAILED', failure = :reason where id = :id")
        .param("reason", reason)
        .param("id", id.toString())
        .update();
  }

  void again(Digest id) {
    jdbc.sql("update lab.job set state = 'WAITING' where id = :id")
        .param("id", id.toString())
        .update();
  }

  private Next next(ResultSet row) throws SQLException {
    var request =
        new ProfileRequest(
            Name.of(row.getString("project")),
            Name.of(row.getString("device")),
            Digest.parse(row.getString("model")),
            json.readValue(row.getString("input"), SHAPE),
            row.getInt("warm_up"),
            row.getInt("samples"));
    return new Next(Digest.parse(row.getString("id")), request, row.getInt("attempts"));
  }

  private ProfileJob job(ResultSet row, int index) throws SQLException {
    return new ProfileJob(
        Digest.parse(row.getString("id")),
        Name.of(row.getString("device")),
        ProfileJob.State.valueOf(row.getString("state")),
        row.getInt("ahead"),
        Optional.ofNullable(row.getString("profile"))
            .map(text -> json.readValue(text, Profile.class)),
        Optional.ofNullable(row.getString("failure")));
  }
}

package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Lab.ProfileRequest;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileJob;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The profiles that were asked for, in the order asked. */
final class Jobs {
  private static final TypeReference<List<Long>> SHAPE = new TypeReference<>() {};

  /** Whether a running job's lease still lasts. */
  private static final String HELD =
      """
      exists (select from lab.device where name = job.run_device and fence = job.run_fence and holder = job.id
        and leased_until >= clock_timestamp())
      """;

  private static final String SELECT =
      """
      select id, target, profile, failure,
        case when state = 'RUNNING' and not (%s) then 'WAITING' else state end as state,
        (select count(*) from lab.job other where other.target = job.target and other.place < job.place
           and other.state in ('WAITING', 'RUNNING')) as ahead
      from lab.job
      """
          .formatted(HELD);

  private static final String UNDER =
      " where id = :id and state = 'RUNNING' and run_device = :device and run_fence = :fence";

  private final JdbcClient jdbc;
  private final JsonMapper json;

  /**
   * A job that is next.
   *
   * @param attempts how often it was begun before
   */
  record Next(Digest id, int attempts) {}

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
                insert into lab.job (id, project, target, model, input, warm_up, samples, state)
                values (:id, :project, :target, :model, cast(:input as jsonb), :warmUp, :samples, 'WAITING')
                on conflict (id) do update set state = 'WAITING', attempts = 0, failure = null where job.state = 'FAILED'
                """)
            .param("id", id.toString())
            .param("project", request.project().text())
            .param("target", request.device().text())
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
            select profile from lab.job where run_device = :device and state = 'DONE'
            order by profile ->> 'at' desc limit :limit
            """)
        .param("device", device.text())
        .param("limit", limit)
        .query((row, _) -> json.readValue(row.getString("profile"), Profile.class))
        .list();
  }

  /**
   * The oldest job that this device may do: for its name or its label, and either nobody's, or left
   * by one whose lease has ended, or this device's own from before. Rows that another device is
   * taking at this moment are passed over.
   */
  Optional<Next> next(Name device) {
    return jdbc.sql(
            """
            select job.id, job.attempts from lab.job, lab.device me
            where me.name = :device and job.target in (me.name, me.label)
              and (job.state = 'WAITING' or job.state = 'RUNNING' and (job.run_device = me.name or not (%s)))
            order by job.place limit 1 for update of job skip locked
            """
                .formatted(HELD))
        .param("device", device.text())
        .query((row, _) -> new Next(Digest.parse(row.getString("id")), row.getInt("attempts")))
        .optional();
  }

  /** What the device holds, with the time since it was given it. */
  Optional<Order> held(Name device) {
    return jdbc.sql(
            """
            select job.*, me.fence, extract(epoch from clock_timestamp() - me.leased_at) as waited
            from lab.device me join lab.job on job.id = me.holder
            where me.name = :device and job.state = 'RUNNING' and job.run_device = me.name and job.run_fence = me.fence
            """)
        .param("device", device.text())
        .query((row, _) -> order(device, row))
        .optional();
  }

  void begun(Lease lease) {
    jdbc.sql(
            """
            update lab.job set state = 'RUNNING', attempts = attempts + 1, run_device = :device, run_fence = :fence
            where id = :id
            """)
        .param("device", lease.device().text())
        .param("fence", lease.fence())
        .param("id", lease.job().toString())
        .update();
  }

  /** False when the job is no longer done under this lease; so with the next two. */
  boolean done(Lease lease, Profile profile) {
    return jdbc.sql(
                "update lab.job set state = 'DONE', profile = cast(:profile as jsonb), failure = null"
                    + UNDER)
            .param("profile", json.writeValueAsString(profile))
            .params(under(lease))
            .update()
        == 1;
  }

  boolean failed(Lease lease, String reason) {
    return jdbc.sql("update lab.job set state = 'FAILED', failure = :reason" + UNDER)
            .param("reason", reason)
            .params(under(lease))
            .update()
        == 1;
  }

  boolean again(Lease lease) {
    return jdbc.sql("update lab.job set state = 'WAITING'" + UNDER).params(under(lease)).update()
        == 1;
  }

  /** Ends a job that nobody does. */
  void abandoned(Digest id, String reason) {
    jdbc.sql("update lab.job set state = 'FAILED', failure = :reason where id = :id")
        .param("reason", reason)
        .param("id", id.toString())
        .update();
  }

  private static Map<String, Object> under(Lease lease) {
    return Map.of(
        "id", lease.job().toString(), "device", lease.device().text(), "fence", lease.fence());
  }

  private Order order(Name device, ResultSet row) throws SQLException {
    var id = Digest.parse(row.getString("id"));
    var request =
        new ProfileRequest(
            Name.of(row.getString("project")),
            Name.of(row.getString("target")),
            Digest.parse(row.getString("model")),
            json.readValue(row.getString("input"), SHAPE),
            row.getInt("warm_up"),
            row.getInt("samples"));
    return new Order(
        id,
        request,
        row.getInt("attempts"),
        new Lease(device, id, row.getLong("fence")),
        Duration.ofNanos((long) (row.getDouble("waited") * 1e9)));
  }

  private ProfileJob job(ResultSet row, int index) throws SQLException {
    return new ProfileJob(
        Digest.parse(row.getString("id")),
        Name.of(row.getString("target")),
        ProfileJob.State.valueOf(row.getString("state")),
        row.getInt("ahead"),
        Optional.ofNullable(row.getString("profile"))
            .map(text -> json.readValue(text, Profile.class)),
        Optional.ofNullable(row.getString("failure")));
  }
}

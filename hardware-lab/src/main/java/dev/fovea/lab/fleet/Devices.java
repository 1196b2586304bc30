package dev.fovea.lab.fleet;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Device;
import dev.fovea.lab.agent.DeviceAgent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The devices and who holds them. Every comparison of times is made by the database's clock, so
 * that no machine's own clock counts.
 */
final class Devices {
  private static final TypeReference<Map<String, String>> FACTS = new TypeReference<>() {};

  private final JdbcClient jdbc;
  private final JsonMapper json;
  private final Duration leaseTime;
  private final Duration lostAfter;

  /**
   * @param leaseTime how long a lease lasts without being renewed
   * @param lostAfter how long a device may be silent
   */
  Devices(JdbcClient jdbc, JsonMapper json, Duration leaseTime, Duration lostAfter) {
    this.jdbc = jdbc;
    this.json = json;
    this.leaseTime = leaseTime;
    this.lostAfter = lostAfter;
  }

  /** Writes down that the agent is there, and what it says about its device. */
  void heard(DeviceAgent agent) {
    jdbc.sql(
            """
            insert into lab.device (name, kind, facts, seen) values (:name, :kind, cast(:facts as jsonb), clock_timestamp())
            on conflict (name) do update set kind = excluded.kind, facts = excluded.facts, seen = excluded.seen,
              remote = false, removed = null, key = null, key_digest = null, label = null
            """)
        .param("name", agent.device().text())
        .param("kind", agent.kind())
        .param("facts", json.writeValueAsString(agent.facts()))
        .update();
  }

  List<Device> all() {
    return jdbc.sql(SELECT + " where removed is null order by name")
        .param("lost", seconds(lostAfter))
        .query(this::device)
        .list();
  }

  Optional<Device> find(Name name) {
    return jdbc.sql(SELECT + " where name = :name and removed is null")
        .param("lost", seconds(lostAfter))
        .param("name", name.text())
        .query(this::device)
        .optional();
  }

  /**
   * Whether nobody holds the device; locks its row until the transaction ends, so that two can't
   * find it free.
   */
  boolean free(Name name) {
    return jdbc.sql(
            """
            select holder is null or leased_until < clock_timestamp() from lab.device where name = :name for update
            """)
        .param("name", name.text())
        .query(Boolean.class)
        .single();
  }

  /** Whether a device of this name, or one that has it for a label, is in the lab. */
  boolean serves(Name target) {
    return jdbc.sql(
            """
            select exists (select from lab.device where removed is null and (name = :target or label = :target))
            """)
        .param("target", target.text())
        .query(Boolean.class)
        .single();
  }

  /** Whether the device's agent runs in a process of Fovea, which takes its jobs from the queue. */
  boolean isHere(Name target) {
    return jdbc.sql("select exists (select from lab.device where name = :name and not remote)")
        .param("name", target.text())
        .query(Boolean.class)
        .single();
  }

  /**
   * Whether the device was given what it holds in answer to this very question; locks its row until
   * the transaction ends.
   */
  boolean asked(Name name, String question) {
    return jdbc.sql(
            """
            select coalesce(poll = :question and holder is not null, false) from lab.device where name = :name for update
            """)
        .param("question", question)
        .param("name", name.text())
        .query(Boolean.class)
        .single();
  }

  /**
   * Takes the device, whoever held it before. Call {@link #free} or {@link #asked} first, in the
   * same transaction.
   *
   * @param question what the device asked, so that it can ask it again
   */
  Lease lease(Name name, Digest job, String question) {
    long fence =
        jdbc.sql(
                """
                update lab.device set fence = fence + 1, holder = :job, poll = :question, leased_at = clock_timestamp(),
                  leased_until = clock_timestamp() + make_interval(secs => :seconds)
                where name = :name returning fence
                """)
            .param("job", job.toString())
            .param("question", question)
            .param("seconds", seconds(leaseTime))
            .param("name", name.text())
            .query(Long.class)
            .single();
    return new Lease(name, job, fence);
  }

  /**
   * Lengthens the lease, also one that has run out while nobody wanted the job; false when somebody
   * else has the device or the job now, or it was given back.
   */
  boolean renew(Lease lease) {
    return jdbc.sql(
                """
                update lab.device set leased_until = clock_timestamp() + make_interval(secs => :seconds), seen = clock_timestamp()
                where name = :name and fence = :fence and holder = :job and exists (select from lab.job
                  where id = :job and state = 'RUNNING' and run_device = :name and run_fence = :fence)
                """)
            .param("job", lease.job().toString())
            .param("seconds", seconds(leaseTime))
            .param("name", lease.device().text())
            .param("fence", lease.fence())
            .update()
        == 1;
  }

  /**
   * Gives the device back, in the transaction that keeps its result.
   *
   * @throws LeaseLost when this lease is no longer the device's
   */
  void giveBack(Lease lease) {
    int changed =
        jdbc.sql(
                """
                update lab.device set holder = null, leased_until = null
                where name = :name and fence = :fence and holder is not null
                """)
            .param("name", lease.device().text())
            .param("fence", lease.fence())
            .update();
    if (changed == 0) {
      throw new LeaseLost(lease.device().text(), lease.fence());
    }
  }

  /** Takes from the device what it held, where it has nothing to do. */
  void release(Name name) {
    jdbc.sql("update lab.device set holder = null, leased_until = null where name = :name")
        .param("name", name.text())
        .update();
  }

  /**
   * Gives every remote device that holds a lease its whole time once more. Called when a lab
   * starts: while none ran nobody could renew, so silence says nothing about the devices.
   */
  void pardon() {
    jdbc.sql(
            """
            update lab.device set leased_until = clock_timestamp() + make_interval(secs => :seconds)
            where remote and removed is null and holder is not null
            """)
        .param("seconds", seconds(leaseTime))
        .update();
  }

  private static final String SELECT =
      """
      select name, kind, label, key_digest, facts, seen, holder, leased_until >= clock_timestamp() as held,
        seen < clock_timestamp() - make_interval(secs => :lost) as lost from lab.device
      """;

  private Device device(ResultSet row, int index) throws SQLException {
    boolean held = row.getBoolean("held");
    var state =
        row.getBoolean("lost") ? Device.State.LOST : held ? Device.State.LEASED : Device.State.IDLE;
    return new Device(
        Name.of(row.getString("name")),
        row.getString("kind"),
        state,
        json.readValue(row.getString("facts"), FACTS),
        held ? Optional.of(row.getString("holder")) : Optional.empty(),
        row.getObject("seen", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getString("label")).map(Name::of),
        Optional.ofNullable(row.getString("key_digest")).map(Digest::parse));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }
}

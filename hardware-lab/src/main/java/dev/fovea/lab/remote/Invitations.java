package dev.fovea.lab.remote;

import dev.fovea.kernel.Name;
import dev.fovea.lab.Agents.Invitation;
import dev.fovea.lab.Agents.InviteRequest;
import dev.fovea.lab.Agents.Invited;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who may join; judged by the database's clock. A code that was guessed at five times is dead. */
final class Invitations {
  private static final int MOST_FAILURES = 5;
  private static final String OPEN =
      "used_by is null and failures < " + MOST_FAILURES + " and expires > clock_timestamp()";

  private final JdbcClient jdbc;
  private final Duration lasts;

  /**
   * An invitation, whatever became of it.
   *
   * @param usedBy the digest of the key that joined by it
   */
  record Found(
      Name device,
      String kind,
      Optional<Name> label,
      byte[] secretHash,
      boolean open,
      boolean fresh,
      Optional<String> usedBy) {}

  Invitations(JdbcClient jdbc, Duration lasts) {
    this.jdbc = jdbc;
    this.lasts = lasts;
  }

  /** A new one; an earlier one for the same device ends. */
  Invitation add(InviteRequest request, String by) {
    withdraw(request.device());
    jdbc.sql("delete from lab.invitation where expires < clock_timestamp() - interval '1 day'")
        .update();
    var code = Code.random();
    return jdbc.sql(
            """
            insert into lab.invitation (id, device, kind, label, secret_hash, invited_by, expires)
            values (:id, :device, :kind, :label, :hash, :by, clock_timestamp() + make_interval(secs => :seconds))
            returning expires
            """)
        .param("id", code.id())
        .param("device", request.device().text())
        .param("kind", request.kind())
        .param("label", request.label().map(Name::text).orElse(null))
        .param("hash", code.hash())
        .param("by", by)
        .param("seconds", lasts.toMillis() / 1e3)
        .query((row, _) ->
            new Invitation(
                request.device(),
                code.written(),
                row.getObject("expires", OffsetDateTime.class).toInstant()))
        .single();
  }

  List<Invited> open() {
    return jdbc.sql("select * from lab.invitation where " + OPEN + " order by expires desc")
        .query((row, _) ->
            new Invited(
                Name.of(row.getString("device")),
                row.getString("kind"),
                label(row),
                row.getString("invited_by"),
                row.getObject("expires", OffsetDateTime.class).toInstant()))
        .list();
  }

  /** Locks it until the transaction ends, so that two can't join by it. */
  Optional<Found> find(Code code) {
    return jdbc.sql(
            "select *, (%s) as open, expires > clock_timestamp() as fresh from lab.invitation where id = :id for update"
                .formatted(OPEN))
        .param("id", code.id())
        .query((row, _) ->
            new Found(
                Name.of(row.getString("device")),
                row.getString("kind"),
                label(row),
                row.getBytes("secret_hash"),
                row.getBoolean("open"),
                row.getBoolean("fresh"),
                Optional.ofNullable(row.getString("used_by"))))
        .optional();
  }

  /** Counts a wrong secret; true when it was the one that ended the invitation. */
  boolean guessed(Code code) {
    return jdbc.sql(
            "update lab.invitation set failures = failures + 1 where id = :id returning failures")
        .param("id", code.id())
        .query(Integer.class)
        .optional()
        .filter(failures -> failures == MOST_FAILURES)
        .isPresent();
  }

  void used(Code code, String key) {
    jdbc.sql("update lab.invitation set used_by = :key where id = :id")
        .param("key", key)
        .param("id", code.id())
        .update();
  }

  void withdraw(Name device) {
    jdbc.sql("delete from lab.invitation where device = :device and used_by is null")
        .param("device", device.text())
        .update();
  }

  private static Optional<Name> label(ResultSet row) throws SQLException {
    return Optional.ofNullable(row.getString("label")).map(Name::of);
  }
}

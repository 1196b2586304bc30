package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.artifacts.Transfer.Kind;
import dev.fovea.registry.artifacts.Transfer.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Transfers in the database. */
@Component
final class TransferRows {
  private static final String COLUMNS =
      "id, kind, project, experiment, owner, path, parts, secret, state, digest, bytes, expires";

  private final JdbcClient database;

  TransferRows(JdbcClient database) {
    this.database = database;
  }

  void add(Transfer transfer) {
    database
        .sql(
            """
            insert into registry.transfer (id, kind, project, experiment, owner, path, parts, secret, state, digest, bytes, expires)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .param(transfer.id())
        .param(word(transfer.kind()))
        .param(transfer.project().text())
        .param(transfer.place().experiment())
        .param(transfer.place().owner())
        .param(transfer.place().path())
        .param(transfer.parts())
        .param(transfer.key().text())
        .param(word(transfer.state()))
        .param(transfer.result().map(result -> result.digest().toString()).orElse(null))
        .param(transfer.result().map(Artifact::bytes).orElse(null))
        .param(transfer.expires().atOffset(ZoneOffset.UTC))
        .update();
  }

  Optional<Transfer> find(String id) {
    return database
        .sql("select %s from registry.transfer where id = ?".formatted(COLUMNS))
        .param(id)
        .query((row, _) -> transfer(row))
        .optional();
  }

  /** How many files of a project are on their way. */
  int open(Name project) {
    return database
        .sql(
            "select count(*) from registry.transfer where project = ? and state = 'open' and kind <> 'reading' and expires > now()")
        .param(project.text())
        .query(Integer.class)
        .single();
  }

  /**
   * Counts bytes that were sent. False where the transfer is over, or would have more than fits.
   */
  boolean count(String id, long bytes, long most) {
    return database
            .sql(
                """
                update registry.transfer set sent = sent + ?
                where id = ? and state = 'open' and expires > now() and sent + ? <= ?
                """)
            .params(bytes, id, bytes, most)
            .update()
        == 1;
  }

  /** Says what came of it. False where it is over already. */
  boolean done(String id, Artifact artifact) {
    return database
            .sql(
                "update registry.transfer set state = 'done', digest = ?, bytes = ? where id = ? and state = 'open'")
            .params(artifact.digest().toString(), artifact.bytes(), id)
            .update()
        == 1;
  }

  /** Takes nothing more. False where it is over already. */
  boolean end(String id) {
    return database
            .sql("update registry.transfer set state = 'ended' where id = ? and state = 'open'")
            .param(id)
            .update()
        == 1;
  }

  /** Those that nobody can send anything to any more, the oldest first. */
  List<Transfer> over(Duration since, int most) {
    return database
        .sql(
            "select %s from registry.transfer where expires < now() - make_interval(secs => ?) order by expires limit ?"
                .formatted(COLUMNS))
        .params((double) since.toSeconds(), most)
        .query((row, _) -> transfer(row))
        .list();
  }

  void forget(String id) {
    database.sql("delete from registry.transfer where id = ?").param(id).update();
  }

  private static Transfer transfer(ResultSet row) throws SQLException {
    var place =
        new ArtifactPath(row.getLong("experiment"), row.getString("owner"), row.getString("path"));
    var digest = Optional.ofNullable(row.getString("digest")).map(Digest::parse);
    var bytes = row.getLong("bytes");
    return new Transfer(
        row.getString("id"),
        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        Name.of(row.getString("project")),
        place,
        row.getInt("parts"),
        new AddressKey(row.getString("secret")),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        digest.map(found -> new Artifact(place.path(), found, bytes)),
        row.getObject("expires", OffsetDateTime.class).toInstant());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}

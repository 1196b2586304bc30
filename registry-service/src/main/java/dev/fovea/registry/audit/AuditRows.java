package dev.fovea.registry.audit;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.registry.AuditLog.Verification;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chain of acts. A row's hash is the SHA-256 of the hash before it and of the row as canonical
 * JSON, so whoever changes, drops or swaps rows must change every later hash as well, and the head.
 */
@Component
public final class AuditRows {
  private static final String LOCK = "select pg_advisory_xact_lock(7306923842115)";
  private static final int ROWS_AT_ONCE = 1_000;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final JsonMapper json;

  AuditRows(JdbcClient database, TransactionTemplate transaction, JsonMapper json) {
    this.database = database;
    this.transaction = transaction;
    this.json = json;
  }

  /** Appends an act; a second delivery of it is recognised by its id. */
  public void append(Audited act) {
    var kept = storable(act);
    transaction.executeWithoutResult(_ -> {
      database.sql(LOCK).query(row -> {});
      if (!isNew(kept.id())) {
        return;
      }
      var head = head();
      var row = new Row(head.sequence() + 1, kept, hash(head.hash(), head.sequence() + 1, kept));
      insert(row);
      database
          .sql("update registry.audit_head set sequence = ?, hash = ?")
          .params(row.sequence(), row.hash())
          .update();
    });
  }

  /** The newest acts of a project, with the installation's own where asked. */
  List<Audited> newest(String project, boolean alsoInstallation, int limit) {
    return database
        .sql(
            "select * from registry.audit where project = ? or (? and project = '*') order by sequence desc limit ?")
        .params(project, alsoInstallation, limit)
        .query((row, _) -> row(row).act())
        .list();
  }

  /** Reads the whole chain. */
  Verification verify() {
    var head = head();
    byte[] before = new byte[0];
    long rows = 0;
    for (var some = after(0); !some.isEmpty(); some = after(rows)) {
      for (var row : some) {
        if (row.sequence() != rows + 1
            || !MessageDigest.isEqual(row.hash(), hash(before, row.sequence(), row.act()))) {
          return new Verification(rows, rows + 1);
        }
        before = row.hash();
        rows++;
      }
    }
    // Acts that were appended while this read the chain make it longer than the head that was read
    // first.
    var cut =
        rows < head.sequence()
            || (rows == head.sequence() && !MessageDigest.isEqual(before, head.hash()));
    return new Verification(rows, cut ? rows + 1 : 0);
  }

  private boolean isNew(UUID id) {
    return database
            .sql("select count(*) from registry.audit where id = ?")
            .param(id)
            .query(Long.class)
            .single()
        == 0;
  }

  private void insert(Row row) {
    database
        .sql(
            """
            insert into registry.audit (sequence, id, project, who, act, object, outcome, at, hash)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .params(
            row.sequence(),
            row.act().id(),
            row.act().project(),
            row.act().who(),
            row.act().act(),
            row.act().object(),
            row.act().outcome(),
            row.act().at().atOffset(ZoneOffset.UTC),
            row.hash())
        .update();
  }

  private Head head() {
    return database
        .sql("select sequence, hash from registry.audit_head")
        .query((row, _) -> new Head(row.getLong("sequence"), row.getBytes("hash")))
        .single();
  }

  private List<Row> after(long sequence) {
    return database
        .sql("select * from registry.audit where sequence > ? order by sequence limit ?")
        .params(sequence, ROWS_AT_ONCE)
        .query((row, _) -> row(row))
        .list();
  }

  private byte[] hash(byte[] before, long sequence, Audited act) {
    var canonical = new LinkedHashMap<String, String>();
    canonical.put("act", act.act());
    canonical.put("at", act.at().toString());
    canonical.put("id", act.id().toString());
    canonical.put("object", act.object());
    canonical.put("outcome", act.outcome());
    canonical.put("project", act.project());
    canonical.put("sequence", Long.toString(sequence));
    canonical.put("who", act.who());
    var hasher = Digest.hasher();
    hasher.update(before);
    return hasher.digest(json.writeValueAsString(canonical).getBytes(StandardCharsets.UTF_8));
  }

  // As PostgreSQL keeps it: microseconds, and no U+0000.
  private static Audited storable(Audited act) {
    return new Audited(
        act.id(),
        act.project(),
        clean(act.who()),
        clean(act.act()),
        clean(act.object()),
        clean(act.outcome()),
        act.at().truncatedTo(ChronoUnit.MICROS));
  }

  private static String clean(String text) {
    return text.replace('\0', ' ');
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getLong("sequence"),
        new Audited(
            row.getObject("id", UUID.class),
            row.getString("project"),
            row.getString("who"),
            row.getString("act"),
            row.getString("object"),
            row.getString("outcome"),
            row.getObject("at", OffsetDateTime.class).toInstant()),
        row.getBytes("hash"));
  }

  /** Where the chain ends. */
  private record Head(long sequence, byte[] hash) {}

  /** A link of the chain. */
  private record Row(long sequence, Audited act, byte[] hash) {}
}

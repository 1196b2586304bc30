package dev.fovea.datasets.signing;

import dev.fovea.datasets.SignedVersions.Key;
import dev.fovea.dsse.VerifyingKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The public keys that have signed, each with its time. */
@Repository
class SigningKeys {
  private final JdbcClient db;

  SigningKeys(JdbcClient db) {
    this.db = db;
  }

  /** From now on this one signs; the others stay known. To be called in a transaction. */
  void use(VerifyingKey key) {
    boolean used =
        db.sql("select exists (select from datasets.signing_key where id = :id and until is null)")
            .param("id", key.id().toString())
            .query(Boolean.class)
            .single();
    if (!used) {
      replaceBy(key);
    }
  }

  private void replaceBy(VerifyingKey key) {
    db.sql("update datasets.signing_key set until = now() where id <> :id and until is null")
        .param("id", key.id().toString())
        .update();
    db.sql(
            """
            insert into datasets.signing_key (id, spki) values (:id, :spki)
            on conflict (id) do update set until = null
            """)
        .param("id", key.id().toString())
        .param("spki", key.encoded())
        .update();
  }

  /** The one in use first, then the newest. */
  List<Key> all() {
    return db.sql("select * from datasets.signing_key order by until desc nulls first, since desc")
        .query((row, _) -> key(row))
        .list();
  }

  private static Key key(ResultSet row) throws SQLException {
    var key = VerifyingKey.of(row.getBytes("spki"));
    return new Key(
        key.id(),
        key.pem(),
        row.getObject("since", OffsetDateTime.class).toInstant(),
        Optional.ofNullable(row.getObject("until", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant));
  }
}

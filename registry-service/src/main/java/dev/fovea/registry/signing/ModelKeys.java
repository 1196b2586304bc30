package dev.fovea.registry.signing;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.SignedModels.Key;
import dev.fovea.roles.SigningKeyFile;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The key that signs, and the public halves of all that have signed. */
@Component
class ModelKeys {
  private static final String OWN_KEY = "model-signing-key.pem";
  private static final String SETTING = "fovea.registry.signing-key-file";

  private final JdbcClient database;
  private final SigningKey key;

  ModelKeys(JdbcClient database, ModelSigningProperties properties) {
    this.database = database;
    this.key =
        new SigningKeyFile("model versions", SETTING)
            .key(Optional.ofNullable(properties.signingKeyFile()), own(properties));
  }

  // A key in a folder that nobody expects would be lost with it.
  private static Path own(ModelSigningProperties properties) {
    var folder =
        properties.signingFolder() == null
            ? properties.signingKeyFile()
            : properties.signingFolder().resolve(OWN_KEY);
    if (folder == null) {
      throw new IllegalStateException(
          "neither %s nor fovea.registry.signing-folder is set (expected: a file, or a folder for a new key)"
              .formatted(SETTING));
    }
    return folder;
  }

  /** Signs, in the caller's transaction. */
  Envelope sign(ModelStatement statement) {
    use(key.verifying());
    return key.sign(ModelStatement.PAYLOAD_TYPE, statement.bytes());
  }

  private void use(VerifyingKey used) {
    boolean inUse =
        database
            .sql("select exists (select from registry.signing_key where id = ? and until is null)")
            .param(used.id().toString())
            .query(Boolean.class)
            .single();
    if (inUse) {
      return;
    }
    database
        .sql("update registry.signing_key set until = now() where id <> ? and until is null")
        .param(used.id().toString())
        .update();
    database
        .sql(
            """
            insert into registry.signing_key (id, spki) values (?, ?)
            on conflict (id) do update set until = null
            """)
        .params(used.id().toString(), used.encoded())
        .update();
  }

  /** The one in use first, then the newest. */
  List<Key> all() {
    return database
        .sql("select * from registry.signing_key order by until desc nulls first, since desc, id")
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

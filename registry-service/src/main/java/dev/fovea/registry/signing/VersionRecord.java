package dev.fovea.registry.signing;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelStatement.Registered;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.artifacts.ArtifactPath;
import dev.fovea.registry.protocol.MlflowError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * What the table says of a version.
 *
 * @param location where its files are
 */
record VersionRecord(
    Name project,
    String model,
    int number,
    String location,
    Optional<Digest> file,
    Optional<Format> format,
    Optional<Digest> parity,
    Optional<String> run,
    Optional<Digest> dataset,
    String registeredBy,
    Instant registeredAt) {
  private static final String SCHEME = "mlflow-artifacts:/";

  static VersionRecord read(ResultSet row) throws SQLException {
    return new VersionRecord(
        Name.of(row.getString("project")),
        row.getString("model"),
        row.getInt("number"),
        row.getString("location"),
        Optional.ofNullable(row.getString("digest")).map(Digest::parse),
        Optional.ofNullable(row.getString("format")).map(Format::valueOf),
        Optional.ofNullable(row.getString("parity")).map(Digest::parse),
        Optional.ofNullable(row.getString("run")),
        Optional.ofNullable(row.getString("dataset")).map(Digest::parse),
        row.getString("user_id"),
        Instant.ofEpochMilli(row.getLong("created_ms")));
  }

  /** Where its files are; empty where the table names no such place. */
  Optional<ArtifactPath> place() {
    try {
      return location.startsWith(SCHEME)
          ? ArtifactPath.parse(location.substring(SCHEME.length()))
          : Optional.empty();
    } catch (MlflowError e) {
      return Optional.empty();
    }
  }

  Registered registered(Instant signedAt, boolean later) {
    return new Registered(
        project,
        model,
        number,
        file,
        format,
        parity,
        run,
        dataset,
        registeredBy,
        registeredAt,
        signedAt,
        later);
  }
}

package dev.fovea.registry.signing;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was signed, one envelope a version, and what the versions' own rows say. */
@Component
class SignatureRows {
  private static final String VERSION =
      "select v.* from registry.model_version v where v.project = ? and v.model = ?";

  private final JdbcClient database;

  SignatureRows(JdbcClient database) {
    this.database = database;
  }

  /** The row of a version. */
  VersionRecord version(Name project, String model, int number) {
    return database
        .sql(VERSION + " and v.number = ?")
        .params(project.text(), model, number)
        .query((row, _) -> VersionRecord.read(row))
        .optional()
        .orElseThrow(() ->
            new NoSuchThing(
                "model version",
                model + " " + number,
                "see those of project %s with 'fovea model list'".formatted(project)));
  }

  /** The rows of a model's versions that have an envelope. */
  List<VersionRecord> signed(Name project, String model) {
    return database
        .sql(
            VERSION
                + """
                 and exists (select from registry.model_signature s
                  where (s.project, s.model, s.number) = (v.project, v.model, v.number)) order by v.number
                """)
        .params(project.text(), model)
        .query((row, _) -> VersionRecord.read(row))
        .list();
  }

  /** Versions from before anything was signed that have no envelope yet, oldest first. */
  List<VersionRecord> unsigned(int most) {
    return database
        .sql(
            """
            select v.* from registry.model_version v join registry.signing_start start on v.created_ms < start.at_ms
            where not exists (select from registry.model_signature s
              where (s.project, s.model, s.number) = (v.project, v.model, v.number))
            order by v.created_ms, v.project, v.model, v.number limit ?
            """)
        .param(most)
        .query((row, _) -> VersionRecord.read(row))
        .list();
  }

  /** Whether a version was there before anything was signed. */
  boolean isOfBefore(VersionRecord version) {
    return database
        .sql("select at_ms > ? from registry.signing_start")
        .param(version.registeredAt().toEpochMilli())
        .query(Boolean.class)
        .single();
  }

  /** The envelope of a version, as it is kept. */
  Optional<String> envelope(VersionRecord version) {
    return database
        .sql(
            "select envelope from registry.model_signature where project = ? and model = ? and number = ?")
        .params(version.project().text(), version.model(), version.number())
        .query(String.class)
        .optional();
  }

  /** Keeps the first envelope of a version. */
  void add(VersionRecord version, Envelope envelope) {
    database
        .sql(
            """
            insert into registry.model_signature (project, model, number, key, envelope) values (?, ?, ?, ?, ?)
            on conflict do nothing
            """)
        .params(
            version.project().text(),
            version.model(),
            version.number(),
            envelope.keyId(),
            new String(envelope.json(), StandardCharsets.UTF_8))
        .update();
  }

  /** Forgets the envelope of a version whose model gets another name. */
  void remove(VersionRecord version) {
    database
        .sql("delete from registry.model_signature where project = ? and model = ? and number = ?")
        .params(version.project().text(), version.model(), version.number())
        .update();
  }
}

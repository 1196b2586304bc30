package dev.fovea.datasets.signing;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What was signed, one envelope a version. */
@Repository
class Statements {
  private final JdbcClient db;

  Statements(JdbcClient db) {
    this.db = db;
  }

  /** A version that nothing is signed about. */
  record Unsigned(Name project, Name dataset, Digest digest) {}

  /** Keeps one; the first of a version stays. */
  void add(DatasetVersion version, Digest key, Envelope envelope) {
    db.sql(
            """
            insert into datasets.statement (project, dataset, number, key, envelope)
            values (:project, :dataset, :number, :key, :envelope) on conflict do nothing
            """)
        .param("project", version.project().text())
        .param("dataset", version.dataset().text())
        .param("number", version.number())
        .param("key", key.toString())
        .param("envelope", new String(envelope.json(), StandardCharsets.UTF_8))
        .update();
  }

  Optional<Envelope> find(DatasetVersion version) {
    return db.sql(
            """
            select envelope from datasets.statement
            where project = :project and dataset = :dataset and number = :number
            """)
        .param("project", version.project().text())
        .param("dataset", version.dataset().text())
        .param("number", version.number())
        .query(String.class)
        .optional()
        .map(text -> Envelope.parse(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Those that have none, oldest first. */
  List<Unsigned> missing() {
    return db.sql(
            """
            select project, dataset, digest from datasets.version where not exists (
              select from datasets.statement
              where (statement.project, statement.dataset, statement.number)
                  = (version.project, version.dataset, version.number))
            order by created, project, dataset, number
            """)
        .query((row, _) ->
            new Unsigned(
                Name.of(row.getString("project")),
                Name.of(row.getString("dataset")),
                Digest.parse(row.getString("digest"))))
        .list();
  }
}

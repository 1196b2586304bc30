package dev.fovea.registry.models;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.search.Sql;
import dev.fovea.registry.signing.ModelSigner;
import dev.fovea.registry.tracking.TrackedRun;
import dev.fovea.roles.Callers;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes model versions, each with the next number of its model. */
@Component
final class NewVersions {
  private static final int DESCRIPTION_CHARS = 5_000;

  private final JdbcClient database;
  private final ModelVersions versions;
  private final ModelSigner signer;
  private final RegistrationNews news;

  NewVersions(
      JdbcClient database, ModelVersions versions, ModelSigner signer, RegistrationNews news) {
    this.database = database;
    this.versions = versions;
    this.signer = signer;
    this.news = news;
  }

  /** Writes a version, its signature and its news in the caller's transaction. */
  Version add(Name project, Draft draft) {
    long now = System.currentTimeMillis();
    int number =
        database
            .sql(
                """
                update registry.registered_model set next_number = next_number + 1, updated_ms = ?
                where project = ? and name = ? returning next_number - 1
                """)
            .params(now, project.text(), draft.model())
            .query(Integer.class)
            .optional()
            .orElseThrow(() -> RegisteredModels.noSuchModel(draft.model()));
    database
        .sql(
            """
            insert into registry.model_version
              (project, model, number, source, location, run, logged_model, run_link, description, user_id,
               created_ms, updated_ms, digest, format, parity, dataset)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .params(
            project.text(),
            draft.model(),
            number,
            draft.source(),
            draft.location(),
            Sql.orNull(draft.run().map(TrackedRun::id)),
            Sql.orNull(draft.loggedModel()),
            Limits.atMost("run_link", draft.runLink(), 500),
            Limits.atMost("description", draft.description(), DESCRIPTION_CHARS),
            Callers.current().subject(),
            now,
            now,
            Sql.orNull(draft.file().map(file -> file.digest().toString())),
            Sql.orNull(draft.file().map(file -> file.format().name())),
            Sql.orNull(draft.file().flatMap(Version.ModelFile::parity).map(Digest::toString)),
            Sql.orNull(draft.dataset().map(Digest::toString)))
        .update();
    draft.tags().forEach(tag -> versions.put(project, draft.model(), number, tag));
    var version = versions.find(project, draft.model(), number).orElseThrow();
    signer.sign(project, draft.model(), number);
    news.tell(version, draft.run());
    return version;
  }

  /** A version without its number. */
  record Draft(
      String model,
      String source,
      String location,
      Optional<TrackedRun> run,
      Optional<String> loggedModel,
      String runLink,
      String description,
      Optional<Version.ModelFile> file,
      Optional<Digest> dataset,
      List<KeyValue> tags) {}
}

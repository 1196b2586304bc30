package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.protocol.MlflowError;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Moves versions between MLflow's stages. Every move is audited, since MLflow keeps no history. */
@Component
public final class Stages {
  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final ModelVersions versions;
  private final Acts acts;

  Stages(JdbcClient database, TransactionTemplate transaction, ModelVersions versions, Acts acts) {
    this.database = database;
    this.transaction = transaction;
    this.versions = versions;
    this.acts = acts;
  }

  /**
   * Moves a version into a stage.
   *
   * @param archiveOthers whether the other versions in that stage, which must be Staging or
   *     Production, are archived
   */
  public Version move(
      Name project, String model, String number, Stage stage, boolean archiveOthers) {
    if (archiveOthers && !stage.isActive()) {
      throw MlflowError.invalid(
          "Model version transition cannot archive existing model versions because '%s' is not an Active stage. Valid stages are ['Staging', 'Production']"
              .formatted(stage.text()));
    }
    int chosen = versions.load(project, model, number).number();
    transaction.executeWithoutResult(_ -> {
      long now = System.currentTimeMillis();
      // The model's row first: of two who fill one stage at once, the second archives the first's.
      database
          .sql("update registry.registered_model set updated_ms = ? where project = ? and name = ?")
          .params(now, project.text(), model)
          .update();
      if (archiveOthers) {
        archive(project, model, chosen, stage, now);
      }
      var moved =
          database
              .sql(
                  "update registry.model_version set stage = ?, updated_ms = ? where project = ? and model = ? and number = ?")
              .params(stage.text(), now, project.text(), model, chosen)
              .update();
      if (moved == 0) {
        throw ModelVersions.noSuchVersion(model, number);
      }
      acts.done(project, "moved model version to stage " + stage.text(), model + " " + chosen);
    });
    return versions.load(project, model, number);
  }

  private void archive(Name project, String model, int chosen, Stage stage, long now) {
    database
        .sql(
            """
            update registry.model_version set stage = ?, updated_ms = ?
            where project = ? and model = ? and number <> ? and stage = ? returning number
            """)
        .params(Stage.ARCHIVED.text(), now, project.text(), model, chosen, stage.text())
        .query(Integer.class)
        .list()
        .forEach(other ->
            acts.done(
                project,
                "archived model version for version %d in stage %s".formatted(chosen, stage.text()),
                model + " " + other));
  }
}

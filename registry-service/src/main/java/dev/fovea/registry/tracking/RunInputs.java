package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Sql;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The datasets and logged models that runs used, and the logged models that they made. */
@Component
public final class RunInputs {
  private static final int MOST = 1_000;

  private final JdbcClient database;
  private final JdbcClient searches;
  private final TransactionTemplate transaction;
  private final RunLog log;
  private final RunLineage lineage;
  private final JsonMapper json;

  RunInputs(
      JdbcClient database,
      DataSource source,
      TransactionTemplate transaction,
      RunLog log,
      RunLineage lineage,
      JsonMapper json) {
    this.database = database;
    this.searches = Sql.bounded(source);
    this.transaction = transaction;
    this.log = log;
    this.lineage = lineage;
    this.json = json;
  }

  /** Notes what a run used; noted twice is noted once. */
  public void use(Name project, String run, List<DatasetInput> datasets, List<String> models) {
    refuseMore(datasets.size() + models.size());
    log.requireActive(project, run);
    transaction.executeWithoutResult(_ -> {
      datasets.forEach(dataset -> put(project, run, dataset));
      models.forEach(model -> link(project, run, "input", model, 0));
    });
  }

  /** Notes the logged models that a run made. */
  public void made(Name project, String run, List<TrackedRun.ModelLink> models) {
    refuseMore(models.size());
    log.requireActive(project, run);
    transaction.executeWithoutResult(_ ->
        models.forEach(
            model -> link(project, run, model.direction(), model.model(), model.step())));
  }

  /** The datasets that runs of these experiments used and for what, by name; at most 1,000. */
  public List<DatasetSummary> summaries(Name project, List<String> experiments) {
    return searches
        .sql(
            """
            select distinct d.experiment, d.name, d.digest, (select t ->> 'value' from jsonb_array_elements(u.tags) t
              where t ->> 'key' = 'mlflow.data.context' limit 1) as context
            from registry.dataset d join registry.run_dataset u on u.dataset = d.id
            join registry.run r on r.id = u.run and r.lifecycle = 'active'
            where d.project = ? and d.experiment = any(?) order by d.name, d.digest, d.experiment, context limit ?
            """)
        .params(
            project.text(),
            experiments.stream().map(Experiments::number).toArray(Long[]::new),
            MOST)
        .query((row, _) ->
            new DatasetSummary(
                row.getLong("experiment"),
                row.getString("name"),
                row.getString("digest"),
                Optional.ofNullable(row.getString("context"))))
        .list();
  }

  /** Notes one dataset in the caller's transaction. */
  void put(Name project, String run, DatasetInput input) {
    long dataset =
        database
            .sql(
                """
                insert into registry.dataset (project, experiment, name, digest, source_type, source, schema, profile)
                select ?, r.experiment, ?, ?, ?, ?, ?, ? from registry.run r where r.id = ?
                on conflict (project, experiment, name, digest) do update set source = excluded.source returning id
                """)
            .params(
                project.text(),
                input.name(),
                input.digest(),
                input.sourceType(),
                input.source(),
                Sql.orNull(input.schema()),
                Sql.orNull(input.profile()),
                run)
            .query(Long.class)
            .single();
    database
        .sql(
            """
            insert into registry.run_dataset (run, dataset, tags, version) values (?, ?, ?::jsonb, ?)
            on conflict (run, dataset) do update set tags = excluded.tags, version = excluded.version
            """)
        .params(
            run,
            dataset,
            json.writeValueAsString(input.tags()),
            Sql.orNull(input.version().map(Digest::toString)))
        .update();
    input
        .version()
        .ifPresent(
            version -> lineage.trainedOn(project, run, version, input.name(), input.context()));
  }

  private void link(Name project, String run, String direction, String model, long step) {
    var known =
        database
            .sql(
                """
                insert into registry.run_model (run, model, direction, step)
                select ?, id, ?, ? from registry.logged_model where project = ? and id = ?
                on conflict (run, direction, model) do update set step = excluded.step
                """)
            .params(run, direction, step, project.text(), model)
            .update();
    if (known == 0) {
      throw MlflowError.missing(
          "Logged model with ID '%s' not found.".formatted(Text.excerpt(model)));
    }
  }

  private static void refuseMore(int count) {
    if (count > MOST) {
      throw MlflowError.invalid(
          "inputs: %d in one call (expected: at most %d)".formatted(count, MOST));
    }
  }
}

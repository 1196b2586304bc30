package dev.fovea.registry.models;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.protocol.Page;
import dev.fovea.registry.protocol.PageToken;
import dev.fovea.registry.search.Pairs;
import dev.fovea.registry.search.Sql;
import dev.fovea.registry.tracking.Experiments;
import dev.fovea.registry.tracking.TrackedRuns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The models that runs log, before anybody registers them. */
@Component
public final class LoggedModels {
  private static final String SELECT =
      "select l.*, %s, %s from registry.logged_model l"
          .formatted(
              Pairs.columns("param", "registry.logged_model_param x where x.model = l.id"),
              Pairs.columns("tag", "registry.logged_model_tag x where x.model = l.id"));
  private static final List<String> STATUSES =
      List.of(
          "LOGGED_MODEL_STATUS_UNSPECIFIED",
          "LOGGED_MODEL_PENDING",
          "LOGGED_MODEL_READY",
          "LOGGED_MODEL_UPLOAD_FAILED");
  private static final int NAME_CHARS = 500;

  private final JdbcClient database;
  private final JdbcClient searches;
  private final TransactionTemplate transaction;
  private final Experiments experiments;
  private final TrackedRuns runs;
  private final LoggedModelLabels labels;
  private final Acts acts;

  LoggedModels(
      JdbcClient database,
      DataSource source,
      TransactionTemplate transaction,
      Experiments experiments,
      TrackedRuns runs,
      LoggedModelLabels labels,
      Acts acts) {
    this.database = database;
    this.searches = Sql.bounded(source);
    this.transaction = transaction;
    this.experiments = experiments;
    this.runs = runs;
    this.labels = labels;
    this.acts = acts;
  }

  /** Makes one that waits for its files. */
  public LoggedModel create(Name project, String experiment, New model) {
    var home = experiments.loadActive(project, experiment);
    model.sourceRun().ifPresent(run -> runs.load(project, run));
    var id = "m-" + UUID.randomUUID().toString().replace("-", "");
    var name = Limits.atMost("name", model.name().orElse("model"), NAME_CHARS);
    if (name.chars().anyMatch(c -> "/:.%\"'".indexOf(c) >= 0)) {
      throw MlflowError.invalid(
          "Invalid model name (%s) provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%%', '\"', \"'\")"
              .formatted(Text.excerpt(name)));
    }
    transaction.executeWithoutResult(_ -> {
      insert(project, id, home.id(), name, model.type(), model.sourceRun(), "LOGGED_MODEL_PENDING");
      labels.putTags(id, model.tags());
      labels.putParams(id, model.params());
    });
    return load(project, id);
  }

  /** One of them that is not deleted. */
  public LoggedModel load(Name project, String id) {
    return find(project, id).orElseThrow(() -> LoggedModelLabels.noSuchModel(id));
  }

  /** One of them, deleted ones too. */
  public LoggedModel loadAny(Name project, String id) {
    return findAny(project, id).orElseThrow(() -> LoggedModelLabels.noSuchModel(id));
  }

  /** One of them; empty where the project has none of this id, or it is deleted. */
  Optional<LoggedModel> find(Name project, String id) {
    return select(project, id, " and l.lifecycle = 'active'");
  }

  /** One of them, deleted ones too; empty where the project has none of this id. */
  Optional<LoggedModel> findAny(Name project, String id) {
    return select(project, id, "");
  }

  /** Ends the wait for its files. */
  public LoggedModel finish(Name project, String id, String status) {
    var written =
        STATUSES.contains(status)
            ? status
            : status.matches("[0-3]") ? STATUSES.get(Integer.parseInt(status)) : "";
    if (written.isEmpty()) {
      throw MlflowError.invalid(
          "Invalid value \"%s\" for parameter 'status' supplied (expected: one of %s)"
              .formatted(Text.excerpt(status), STATUSES));
    }
    load(project, id);
    database
        .sql("update registry.logged_model set status = ?, updated_ms = ? where id = ?")
        .params(written, System.currentTimeMillis(), id)
        .update();
    return load(project, id);
  }

  /**
   * Deletes it, so that neither searches nor clients find it. Its files go out of sight with it,
   * unless a registered version is made of them. Deleted twice is deleted once, as in MLflow.
   */
  public void delete(Name project, String id) {
    transaction.executeWithoutResult(_ -> {
      var gone =
          database
              .sql(
                  """
                  update registry.logged_model set lifecycle = 'deleted', updated_ms = ?
                  where project = ? and id = ? and lifecycle = 'active'
                  """)
              .params(System.currentTimeMillis(), project.text(), id)
              .update();
      if (gone == 1) {
        acts.done(project, "deleted logged model", id);
      } else {
        loadAny(project, id);
      }
    });
  }

  /** The page that a filter and an order choose. */
  public Page<LoggedModel> search(Name project, LoggedModelQuery query, int size, PageToken from) {
    var rows =
        query
            .after(SELECT, project)
            .add("limit ? offset ?", size + 1, from.offset())
            .on(searches)
            .query((row, _) -> model(row))
            .list();
    var page = Page.cut(rows, size, from);
    return new Page<>(withMetrics(page.items()), page.next());
  }

  /** Makes one in the caller's transaction; one that was deleted comes back. */
  void insert(
      Name project,
      String id,
      long experiment,
      String name,
      String type,
      Optional<String> run,
      String status) {
    long now = System.currentTimeMillis();
    database
        .sql(
            """
            insert into registry.logged_model as old
              (id, project, experiment, name, model_type, source_run, status, created_ms, updated_ms)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (id) do update set lifecycle = 'active' where old.lifecycle <> 'active'
            returning xmax <> 0
            """)
        .params(id, project.text(), experiment, name, type, Sql.orNull(run), status, now, now)
        .query(Boolean.class)
        .optional()
        .filter(wasThere -> wasThere)
        .ifPresent(_ -> acts.done(project, "restored logged model", id));
  }

  private Optional<LoggedModel> select(Name project, String id, String condition) {
    return withMetrics(
            database
                .sql(SELECT + " where l.project = ? and l.id = ?" + condition)
                .params(project.text(), id)
                .query((row, _) -> model(row))
                .list())
        .stream()
        .findFirst();
  }

  private List<LoggedModel> withMetrics(List<LoggedModel> models) {
    Map<String, List<Of>> metrics =
        database
            .sql(
                """
                select distinct on (model, key, run, dataset_name, dataset_digest) *
                from registry.logged_model_metric where model = any(?)
                order by model, key, run, dataset_name, dataset_digest, step desc, at_ms desc, value desc
                """)
            .param(models.stream().map(LoggedModel::id).toArray(String[]::new))
            .query((row, _) -> new Of(row.getString("model"), measured(row)))
            .list()
            .stream()
            .collect(Collectors.groupingBy(Of::model));
    return models.stream()
        .map(bare ->
            new LoggedModel(
                bare.id(),
                bare.experiment(),
                bare.name(),
                bare.modelType(),
                bare.sourceRun(),
                bare.status(),
                bare.createdMillis(),
                bare.updatedMillis(),
                bare.params(),
                bare.tags(),
                metrics.getOrDefault(bare.id(), List.of()).stream().map(Of::measured).toList()))
        .toList();
  }

  private static LoggedModel.Measured measured(ResultSet row) throws SQLException {
    return new LoggedModel.Measured(
        row.getString("run"),
        new LoggedMetric(
            row.getString("key"),
            row.getBoolean("is_nan") ? Double.NaN : row.getDouble("value"),
            row.getLong("at_ms"),
            row.getLong("step"),
            Optional.of(row.getString("model")),
            row.getString("dataset_name"),
            row.getString("dataset_digest")));
  }

  private static LoggedModel model(ResultSet row) throws SQLException {
    return new LoggedModel(
        row.getString("id"),
        row.getLong("experiment"),
        row.getString("name"),
        row.getString("model_type"),
        Optional.ofNullable(row.getString("source_run")),
        row.getString("status"),
        row.getLong("created_ms"),
        row.getLong("updated_ms"),
        Pairs.of(row, "param"),
        Pairs.of(row, "tag"),
        List.of());
  }

  /** What a client says of a new one. */
  public record New(
      Optional<String> name,
      String type,
      Optional<String> sourceRun,
      List<KeyValue> params,
      List<KeyValue> tags) {}

  /** A metric of a model. */
  private record Of(String model, LoggedModel.Measured measured) {}
}

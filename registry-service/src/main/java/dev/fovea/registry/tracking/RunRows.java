package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.search.Pairs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads whole runs: one statement for any number of them, and one each for what they used. */
@Component
final class RunRows {
  private static final String RUNS =
      """
      select r.*, e.name as experiment_name, %s, %s,
        array(select m.key from registry.latest_metric m where m.run = r.id order by m.key) as metric_keys,
        array(select case when m.is_nan then 'NaN' else m.value end from registry.latest_metric m where m.run = r.id
          order by m.key) as metric_values,
        array(select m.at_ms from registry.latest_metric m where m.run = r.id order by m.key) as metric_times,
        array(select m.step from registry.latest_metric m where m.run = r.id order by m.key) as metric_steps
      from registry.run r join registry.experiment e on e.project = r.project and e.id = r.experiment
      where r.project = ? and r.id = any(?) order by array_position(?, r.id)
      """
          .formatted(
              Pairs.columns("param", "registry.param x where x.run = r.id"),
              Pairs.columns("tag", "registry.tag x where x.run = r.id"));

  private final JdbcClient database;
  private final JsonMapper json;

  RunRows(JdbcClient database, JsonMapper json) {
    this.database = database;
    this.json = json;
  }

  /** The runs of these ids that the project has, in the order of the ids. */
  List<TrackedRun> read(Name project, List<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    var wanted = ids.toArray(String[]::new);
    var datasets = datasets(wanted);
    var models = models(wanted);
    return database
        .sql(RUNS)
        .params(project.text(), wanted, wanted)
        .query((row, _) -> {
          var id = row.getString("id");
          return run(
              row, id, datasets.getOrDefault(id, List.of()), models.getOrDefault(id, List.of()));
        })
        .list();
  }

  private Map<String, List<DatasetInput>> datasets(String[] runs) {
    return grouped(
        database
            .sql(
                """
                select u.run, u.tags, u.version, d.name, d.digest, d.source_type, d.source, d.schema, d.profile
                from registry.run_dataset u join registry.dataset d on d.id = u.dataset
                where u.run = any(?) order by u.run, d.id
                """)
            .param(runs)
            .query((row, _) -> new Of<>(row.getString("run"), dataset(row)))
            .list());
  }

  private Map<String, List<TrackedRun.ModelLink>> models(String[] runs) {
    return grouped(
        database
            .sql(
                "select run, direction, model, step from registry.run_model where run = any(?) order by run, step, model")
            .param(runs)
            .query((row, _) ->
                new Of<>(
                    row.getString("run"),
                    new TrackedRun.ModelLink(
                        row.getString("direction"), row.getString("model"), row.getLong("step"))))
            .list());
  }

  private DatasetInput dataset(ResultSet row) throws SQLException {
    return new DatasetInput(
        row.getString("name"),
        row.getString("digest"),
        row.getString("source_type"),
        row.getString("source"),
        Optional.ofNullable(row.getString("schema")),
        Optional.ofNullable(row.getString("profile")),
        json.readValue(row.getString("tags"), new TypeReference<List<KeyValue>>() {}),
        Optional.ofNullable(row.getString("version")).map(Digest::parse));
  }

  private static TrackedRun run(
      ResultSet row, String id, List<DatasetInput> datasets, List<TrackedRun.ModelLink> models)
      throws SQLException {
    long ended = row.getLong("ended_ms");
    Optional<Long> end = row.wasNull() ? Optional.empty() : Optional.of(ended);
    return new TrackedRun(
        new Name(row.getString("project")),
        id,
        row.getLong("experiment"),
        row.getString("experiment_name"),
        row.getString("name"),
        row.getString("user_id"),
        row.getString("status"),
        row.getLong("started_ms"),
        end,
        row.getString("lifecycle"),
        Pairs.of(row, "param"),
        Pairs.of(row, "tag"),
        metrics(row),
        datasets,
        models);
  }

  private static List<LoggedMetric> metrics(ResultSet row) throws SQLException {
    var keys = (String[]) row.getArray("metric_keys").getArray();
    var values = (Double[]) row.getArray("metric_values").getArray();
    var times = (Long[]) row.getArray("metric_times").getArray();
    var steps = (Long[]) row.getArray("metric_steps").getArray();
    var metrics = new ArrayList<LoggedMetric>(keys.length);
    for (int i = 0; i < keys.length; i++) {
      metrics.add(new LoggedMetric(keys[i], values[i], times[i], steps[i]));
    }
    return metrics;
  }

  private static <T> Map<String, List<T>> grouped(List<Of<T>> rows) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                Of::run, Collectors.mapping((Function<Of<T>, T>) Of::what, Collectors.toList())));
  }

  /** What belongs to a run. */
  private record Of<T>(String run, T what) {}
}

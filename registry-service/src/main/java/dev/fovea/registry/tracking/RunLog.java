package dev.fovea.registry.tracking;

import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.alerts.RunWatch;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.metrics.MetricRows;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Places;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What runs log: parameters never change, tags do, metrics only grow. The same batch twice is one
 * batch.
 */
@Component
public final class RunLog {
  private static final String COMMIT_TAG = "mlflow.source.git.commit";
  private static final String LOGGED_BEFORE = "Changing param values is not allowed. ";

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final MetricRows metrics;
  private final RunLineage lineage;
  private final RunWatch watch;

  RunLog(
      JdbcClient database,
      TransactionTemplate transaction,
      MetricRows metrics,
      RunLineage lineage,
      RunWatch watch) {
    this.database = database;
    this.transaction = transaction;
    this.metrics = metrics;
    this.lineage = lineage;
    this.watch = watch;
  }

  /** All of it or nothing. */
  public void batch(
      Name project,
      String run,
      List<LoggedMetric> logged,
      List<KeyValue> params,
      List<KeyValue> tags) {
    Limits.batch(logged.size(), params.size(), tags.size());
    refuseTwins(params);
    requireActive(project, run);
    transaction.executeWithoutResult(_ -> {
      watch.reported(run);
      putParams(run, params);
      metrics.put(project, run, logged);
      putTags(project, run, tags);
    });
  }

  /** One parameter. */
  public void param(Name project, String run, KeyValue param) {
    requireActive(project, run);
    transaction.executeWithoutResult(_ -> {
      watch.reported(run);
      insert(run, List.of(Limits.param(param))).ifPresent(old -> refuse(run, param, old));
    });
  }

  /** One metric's value. */
  public void metric(Name project, String run, LoggedMetric metric) {
    requireActive(project, run);
    transaction.executeWithoutResult(_ -> metrics.put(project, run, List.of(metric)));
  }

  /** One tag. */
  public void tag(Name project, String run, KeyValue tag) {
    requireActive(project, run);
    transaction.executeWithoutResult(_ -> {
      watch.reported(run);
      putTags(project, run, List.of(tag));
    });
  }

  /** Takes a tag away. */
  public void untag(Name project, String run, String key) {
    requireActive(project, run);
    if (database.sql("delete from registry.tag where run = ? and key = ?").params(run, key).update()
        == 0) {
      throw MlflowError.missing(
          "No tag with name: %s in run with id %s".formatted(Text.excerpt(key), run));
    }
  }

  /** Refuses runs that are deleted or not the project's. */
  void requireActive(Name project, String run) {
    var lifecycle =
        database
            .sql("select lifecycle from registry.run where project = ? and id = ?")
            .params(project.text(), run)
            .query(String.class)
            .optional()
            .orElseThrow(
                () -> MlflowError.missing("Run with id=%s not found".formatted(Text.excerpt(run))));
    if (!lifecycle.equals("active")) {
      throw MlflowError.invalid(
          "The run %s must be in the 'active' state. Current state is %s."
              .formatted(run, lifecycle));
    }
  }

  /** Writes parameters in the caller's transaction. */
  void putParams(String run, List<KeyValue> params) {
    var cut = params.stream().map(Limits::param).toList();
    insert(run, cut)
        .ifPresent(old -> {
          var changed =
              cut.stream()
                  .filter(
                      param -> !param.value().equals(old.getOrDefault(param.key(), param.value())))
                  .map(param ->
                      "{'key': '%s', 'old_value': '%s', 'new_value': '%s'}"
                          .formatted(
                              param.key(),
                              Text.excerpt(old.getOrDefault(param.key(), "")),
                              Text.excerpt(param.value())))
                  .collect(Collectors.joining(", "));
          throw MlflowError.invalid(
              LOGGED_BEFORE
                  + "Params were already logged='[%s]' for run ID='%s'.".formatted(changed, run));
        });
  }

  /** Writes tags in the caller's transaction; the last of several values of a key stays. */
  void putTags(Name project, String run, List<KeyValue> tags) {
    var last = last(tags);
    write(project, run, last);
    var name = last.get(TrackedRuns.NAME_TAG);
    if (name != null) {
      database
          .sql("update registry.run set name = ? where id = ?")
          .params(Limits.atMost("run_name", name, 250), run)
          .update();
    }
  }

  /** Writes the tags of a run that has its name already, and gives what it has by key. */
  List<KeyValue> putFirstTags(Name project, String run, List<KeyValue> tags) {
    var last = last(tags);
    write(project, run, last);
    return last.entrySet().stream().map(tag -> new KeyValue(tag.getKey(), tag.getValue())).toList();
  }

  // Sorted by key, so that two batches never wait for each other's rows crosswise.
  private static Map<String, String> last(List<KeyValue> tags) {
    var last = new TreeMap<String, String>();
    tags.stream().map(Limits::tag).forEach(tag -> last.put(tag.key(), tag.value()));
    return last;
  }

  private void write(Name project, String run, Map<String, String> last) {
    if (last.isEmpty()) {
      return;
    }
    database
        .sql(
            """
            insert into registry.tag (run, place, key, value)
            select ?, %s, t.* from unnest(?::text[], ?::text[]) t
            on conflict (run, key) do update set value = excluded.value
            """
                .formatted(Places.OF_RUN))
        .params(
            run, run, last.keySet().toArray(String[]::new), last.values().toArray(String[]::new))
        .update();
    Optional.ofNullable(last.get(COMMIT_TAG))
        .filter(commit -> commit.matches("[0-9a-f]{40}"))
        .ifPresent(commit -> lineage.runFrom(project, run, new GitCommit(commit)));
    Optional.ofNullable(last.get(DatasetInput.VERSION_TAG))
        .flatMap(DatasetInput::namedVersion)
        .ifPresent(version -> lineage.trainedOn(project, run, version, "dataset", ""));
  }

  /** The values that were there before and differ from the given ones; empty where none does. */
  private Optional<Map<String, String>> insert(String run, List<KeyValue> params) {
    if (params.isEmpty()) {
      return Optional.empty();
    }
    var keys = params.stream().map(KeyValue::key).toArray(String[]::new);
    var values = params.stream().map(KeyValue::value).toArray(String[]::new);
    database
        .sql(
            """
            insert into registry.param (run, place, key, value)
            select ?, %s, p.* from unnest(?::text[], ?::text[]) p(key, value) order by p.key on conflict (run, key) do nothing
            """
                .formatted(Places.OF_RUN))
        .params(run, run, keys, values)
        .update();
    var different = new LinkedHashMap<String, String>();
    database
        .sql(
            """
            select p.key, p.value from registry.param p
            join unnest(?::text[], ?::text[]) n(key, value) on n.key = p.key and n.value <> p.value where p.run = ?
            """)
        .params(keys, values, run)
        .query(row -> {
          different.put(row.getString("key"), row.getString("value"));
        });
    return different.isEmpty() ? Optional.empty() : Optional.of(different);
  }

  private static void refuse(String run, KeyValue param, Map<String, String> old) {
    throw MlflowError.invalid(
        LOGGED_BEFORE
            + "Param with key='%s' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'."
                .formatted(
                    param.key(),
                    Text.excerpt(old.getOrDefault(param.key(), "")),
                    run,
                    Text.excerpt(param.value())));
  }

  private static void refuseTwins(List<KeyValue> params) {
    var seen = new ArrayList<String>();
    var twins = new ArrayList<String>();
    for (var param : params) {
      if (seen.contains(param.key()) && !twins.contains(param.key())) {
        twins.add(param.key());
      }
      seen.add(param.key());
    }
    if (!twins.isEmpty()) {
      throw MlflowError.invalid(
          "Duplicate parameter keys have been submitted: ['%s']. Please ensure the request contains only one param value per param key."
              .formatted(String.join("', '", twins)));
    }
  }
}

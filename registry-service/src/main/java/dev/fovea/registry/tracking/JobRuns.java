package dev.fovea.registry.tracking;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Runs.Finished;
import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.metrics.MetricRanks;
import dev.fovea.registry.metrics.MetricRows;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.roles.Callers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs of Fovea's own jobs, written whole when they are over. */
@Component
final class JobRuns {
  private static final int MOST_POINTS = 100_000;
  private static final int ID_DIGITS = 32;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Experiments experiments;
  private final RunLog log;
  private final MetricRows metrics;
  private final MetricRanks ranks;
  private final RunInputs inputs;
  private final RunRows rows;
  private final RunNews news;

  JobRuns(
      JdbcClient database,
      TransactionTemplate transaction,
      Experiments experiments,
      RunLog log,
      MetricRows metrics,
      MetricRanks ranks,
      RunInputs inputs,
      RunRows rows,
      RunNews news) {
    this.database = database;
    this.transaction = transaction;
    this.experiments = experiments;
    this.log = log;
    this.metrics = metrics;
    this.ranks = ranks;
    this.inputs = inputs;
    this.rows = rows;
    this.news = news;
  }

  /** Writes a run, once for its key, and gives its id. */
  String log(Name project, Finished run) {
    millis("started", run.started());
    millis("ended", run.ended());
    var points = run.metrics().values().stream().mapToInt(List::size).sum();
    if (points > MOST_POINTS) {
      throw new InvalidRequest(
          "metrics: %d points (expected: at most %d)".formatted(points, MOST_POINTS),
          "log fewer steps");
    }
    // Made of the key, so that two deliveries of the same job meet in the same row.
    var id =
        Digest.sha256("%s %s".formatted(project, run.key()).getBytes(StandardCharsets.UTF_8))
            .hex()
            .substring(0, ID_DIGITS);
    var experiment = experiment(project, run.experiment());
    transaction.executeWithoutResult(_ -> write(project, id, experiment, run));
    return id;
  }

  private void write(Name project, String id, long experiment, Finished run) {
    var made =
        database
            .sql(
                """
                insert into registry.run
                  (id, project, experiment, name, user_id, status, started_ms, ended_ms, job_key)
                values (?, ?, ?, ?, ?, 'FINISHED', ?, ?, ?) on conflict do nothing
                """)
            .params(
                id,
                project.text(),
                experiment,
                run.name(),
                Callers.current().subject(),
                run.started().toEpochMilli(),
                run.ended().toEpochMilli(),
                run.key().toString())
            .update();
    if (made == 0) {
      return;
    }
    log.putParams(id, pairs(run.params()));
    log.putTags(project, id, pairs(run.tags()));
    log.putTags(project, id, List.of(new KeyValue(TrackedRuns.NAME_TAG, run.name())));
    run.metrics()
        .forEach((key, values) ->
            metrics.put(project, id, points(key, values, run.ended().toEpochMilli())));
    ranks.rank(id);
    run.datasets()
        .forEach(used ->
            inputs.put(
                project,
                id,
                new DatasetInput(
                    used.dataset().text(),
                    used.version().toString(),
                    "fovea",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    List.of(new KeyValue("mlflow.data.context", "training")),
                    Optional.of(used.version()))));
    rows.read(project, List.of(id)).forEach(news::ended);
  }

  private long experiment(Name project, String name) {
    return experiments
        .named(project, name)
        .map(Experiment::id)
        .orElseGet(() -> {
          try {
            return experiments.create(project, name, List.of());
          } catch (MlflowError e) {
            // Another job of the same experiment was a moment faster.
            return experiments.named(project, name).map(Experiment::id).orElseThrow(() -> e);
          }
        });
  }

  private static List<LoggedMetric> points(String key, List<Double> values, long atMillis) {
    return IntStream.range(0, values.size())
        .mapToObj(step -> new LoggedMetric(key, values.get(step), atMillis, step))
        .toList();
  }

  private static long millis(String what, Instant at) {
    try {
      return at.toEpochMilli();
    } catch (ArithmeticException e) {
      throw new InvalidRequest(
          "%s: %s (expected: a time whose milliseconds since 1970 are a 64-bit number)"
              .formatted(what, at),
          "correct it and send the run again");
    }
  }

  private static List<KeyValue> pairs(Map<String, String> map) {
    return map.entrySet().stream()
        .map(entry -> new KeyValue(entry.getKey(), entry.getValue()))
        .toList();
  }
}

package dev.fovea.registry.tracking;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.alerts.RunWatch;
import dev.fovea.registry.audit.Acts;
import dev.fovea.registry.metrics.MetricRanks;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.registry.protocol.Limits;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.search.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The runs of each project: their making and states. What they log is {@link RunLog}'s, how they
 * are found is {@link RunSearch}'s.
 */
@Component
public final class TrackedRuns {
  static final String NAME_TAG = "mlflow.runName";

  private static final String ACTIVE = "active";

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Experiments experiments;
  private final RunLog log;
  private final RunRows rows;
  private final Acts acts;
  private final MetricRanks ranks;
  private final RunWatch watch;
  private final RunNews news;

  TrackedRuns(
      JdbcClient database,
      TransactionTemplate transaction,
      Experiments experiments,
      RunLog log,
      RunRows rows,
      Acts acts,
      MetricRanks ranks,
      RunWatch watch,
      RunNews news) {
    this.database = database;
    this.transaction = transaction;
    this.experiments = experiments;
    this.log = log;
    this.rows = rows;
    this.acts = acts;
    this.ranks = ranks;
    this.watch = watch;
    this.news = news;
  }

  /** Begins a run; one without a name gets a random one. */
  public TrackedRun create(Name project, String experiment, Start start) {
    var home = experiments.loadActive(project, experiment);
    var tagged =
        start.tags().stream()
            .filter(tag -> tag.key().equals(NAME_TAG))
            .map(KeyValue::value)
            .findFirst();
    if (start.name().isPresent() && tagged.isPresent() && !start.name().equals(tagged)) {
      throw MlflowError.invalid(
          "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s')."
              .formatted(Text.excerpt(start.name().get()), Text.excerpt(tagged.get())));
    }
    var name =
        Limits.atMost("run_name", start.name().or(() -> tagged).orElseGet(RandomName::next), 250);
    var id = UUID.randomUUID().toString().replace("-", "");
    var tags =
        transaction.execute(_ -> {
          database
              .sql(
                  """
                  insert into registry.run (id, project, experiment, name, user_id, status, started_ms)
                  values (?, ?, ?, ?, ?, 'RUNNING', ?)
                  """)
              .params(id, project.text(), home.id(), name, start.userId(), start.startedMillis())
              .update();
          watch.reported(id);
          var all = new ArrayList<>(start.tags());
          all.add(new KeyValue(NAME_TAG, name));
          return log.putFirstTags(project, id, all);
        });
    // As it would be read: nobody else knows of it yet.
    return new TrackedRun(
        project,
        id,
        home.id(),
        home.name(),
        name,
        start.userId(),
        RunStatus.RUNNING.name(),
        start.startedMillis(),
        Optional.empty(),
        ACTIVE,
        List.of(),
        tags,
        List.of(),
        List.of(),
        List.of());
  }

  /** One run, deleted ones too. */
  public TrackedRun load(Name project, String id) {
    return find(project, id).orElseThrow(() -> noSuchRun(id));
  }

  /** One run, deleted ones too; empty where there is none. */
  public Optional<TrackedRun> find(Name project, String id) {
    return rows.read(project, List.of(id)).stream().findFirst();
  }

  /** Changes what is given. */
  public TrackedRun update(
      Name project,
      String id,
      Optional<RunStatus> status,
      Optional<Long> endedMillis,
      Optional<String> name) {
    log.requireActive(project, id);
    transaction.executeWithoutResult(_ -> {
      var before = status.map(_ -> statusHeld(id));
      database
          .sql(
              """
              update registry.run set status = coalesce(?::text, status), ended_ms = coalesce(?::bigint, ended_ms)
              where project = ? and id = ?
              """)
          .params(
              Sql.orNull(status.map(RunStatus::name)), Sql.orNull(endedMillis), project.text(), id)
          .update();
      if (status.filter(RunStatus::hasEnded).isPresent()) {
        ranks.rank(id);
      }
      name.filter(text -> !text.isEmpty())
          .ifPresent(text -> log.putTags(project, id, List.of(new KeyValue(NAME_TAG, text))));
      status
          .filter(now -> !before.equals(Optional.of(now.name())))
          .ifPresent(now -> news.ended(load(project, id)));
    });
    return load(project, id);
  }

  /** Its status, which nobody else changes until the transaction ends. */
  private String statusHeld(String id) {
    return database
        .sql("select status from registry.run where id = ? for no key update")
        .param(id)
        .query(String.class)
        .single();
  }

  /** Deletes a run, so that only searches for deleted ones find it, or brings it back. */
  public void move(Name project, String id, String lifecycle) {
    var toActive = lifecycle.equals(ACTIVE);
    transaction.executeWithoutResult(_ -> {
      var found =
          database
              .sql(
                  "update registry.run set lifecycle = ?, deleted_ms = ? where project = ? and id = ?")
              .params(
                  lifecycle,
                  Sql.orNull(Optional.of(System.currentTimeMillis()).filter(_ -> !toActive)),
                  project.text(),
                  id)
              .update();
      if (found == 0) {
        throw noSuchRun(id);
      }
      acts.done(project, toActive ? "restored run" : "deleted run", id);
    });
  }

  private static MlflowError noSuchRun(String id) {
    return MlflowError.missing("Run with id=%s not found".formatted(Text.excerpt(id)));
  }

  /**
   * How a run begins.
   *
   * @param userId whom the client says it is for
   */
  public record Start(
      Optional<String> name, String userId, long startedMillis, List<KeyValue> tags) {}
}

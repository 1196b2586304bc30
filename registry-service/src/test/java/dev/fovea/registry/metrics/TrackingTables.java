package dev.fovea.registry.metrics;

import dev.fovea.kernel.Name;
import dev.fovea.registry.alerts.RunWatch;
import dev.fovea.registry.search.Places;
import dev.fovea.testkit.TestDatabase;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The tables of runs in a database of their own, with what writes to them and nothing behind its
 * back.
 */
public final class TrackingTables {
  public static final Name PROJECT = Name.of("p");

  public final JdbcClient database;
  final MetricBlocks blocks;
  final MetricRanks ranks;
  final MetricHistories histories;
  final TransactionTemplate transaction;
  private final MetricRows rows;

  public TrackingTables() {
    this(TestDatabase.migrated("registry"));
  }

  public TrackingTables(DataSource source) {
    database = JdbcClient.create(source);
    transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    blocks = new MetricBlocks(database, transaction);
    ranks = new MetricRanks(database);
    var upkeep = new MetricUpkeep(blocks, ranks);
    rows = new MetricRows(database, upkeep, new Deaf());
    histories = new MetricHistories(source, blocks, upkeep);
  }

  public void experiment(long id) {
    database
        .sql(
            "insert into registry.experiment (project, id, name, created_ms, updated_ms) values (?,"
                + " ?, ?, 0, 0)")
        .params(PROJECT.text(), id, "e" + id)
        .update();
  }

  public String run(long experiment, String name, long started) {
    var id = UUID.randomUUID().toString().replace("-", "");
    database
        .sql(
            "insert into registry.run (id, project, experiment, name, user_id, status, started_ms)"
                + " values (?, ?, ?, ?, '', 'RUNNING', ?)")
        .params(id, PROJECT.text(), experiment, name, started)
        .update();
    return id;
  }

  public void log(String run, List<LoggedMetric> points) {
    transaction.executeWithoutResult(_ -> rows.put(PROJECT, run, points));
  }

  /** As a minute after the last value was logged. */
  public void rankAll() {
    ranks.rankAll();
  }

  public void param(String run, String key, String value) {
    database
        .sql(
            "insert into registry.param (run, place, key, value) values (?, %s, ?, ?)"
                .formatted(Places.OF_RUN))
        .params(run, run, key, value)
        .update();
  }

  public Long[] places(List<Long> experiments) {
    return database
        .sql("select place from registry.experiment where id = any(?)")
        .param(experiments.toArray(Long[]::new))
        .query(Long.class)
        .list()
        .toArray(Long[]::new);
  }

  /** Alerts have tests of their own. */
  private static final class Deaf implements RunWatch {
    @Override
    public void reported(String run) {}

    @Override
    public void notFinite(Name project, String run, String metric, String what, long step) {}
  }
}

package dev.fovea.registry.metrics;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The ranks of latest values in the index that searches read. A value that is being logged has
 * none, since each new one would need a new entry; searches look at those themselves.
 */
@Component
public final class MetricRanks {
  private static final int MOST_AT_ONCE = 10_000;
  private static final int MOST_TURNS = 100;

  // Whoever is writing such a row takes its rank away again, so nobody waits for it.
  private static final String RANK =
      """
      update registry.latest_metric l set ranked = case when l.is_nan then 'NaN' else l.value end
      from (select run, key from registry.latest_metric where ranked is null %s
        for no key update skip locked) moving
      where l.run = moving.run and l.key = moving.key
      """;

  private final JdbcClient database;

  MetricRanks(JdbcClient database) {
    this.database = database;
  }

  /** Ranks the metrics of a run that has ended. */
  public void rank(String run) {
    database.sql(RANK.formatted("and run = ?")).param(run).update();
  }

  /** Ranks what is not. */
  void rankAll() {
    int ranked = MOST_AT_ONCE;
    // What is logged faster than it is ranked waits for the next time.
    for (int i = 0; i < MOST_TURNS && ranked == MOST_AT_ONCE; i++) {
      ranked = database.sql(RANK.formatted("limit ?")).param(MOST_AT_ONCE).update();
    }
  }
}

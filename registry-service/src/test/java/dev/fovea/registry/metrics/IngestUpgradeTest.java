package dev.fovea.registry.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.tracking.RunSearches;
import dev.fovea.testkit.TestDatabase;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What was logged before latest values had ranks and charts had blocks. */
class IngestUpgradeTest {
  @Test
  void valuesOfBeforeAreFoundAndCharted() {
    var source = TestDatabase.fresh();
    var scripts =
        Flyway.configure()
            .dataSource(source)
            .schemas("registry")
            .defaultSchema("registry")
            .locations("classpath:db/migration/registry");
    scripts.target("12").load().migrate();
    JdbcClient.create(source)
        .sql(
            """
            set search_path = registry;
            insert into experiment (project, id, name, created_ms, updated_ms) values ('p', 0, 'Default', 0, 0), ('p', 7, 'e', 0, 0);
            insert into run (id, project, experiment, name, user_id, status, started_ms)
              select 'r' || i, 'p', case when i = 4 then 7 else 0 end, 'r', '', 'FINISHED', i from generate_series(1, 4) i;
            insert into metric select 'r1', 'm', i, i, case when i = 9000 then 50 else 1 end, false from generate_series(1, 30000) i;
            insert into latest_metric (run, key, value, at_ms, step, is_nan)
              values ('r1', 'm', 1, 30000, 30000, false), ('r2', 'm', 0, 1, 1, true), ('r3', 'm', 0.5, 1, 1, false), ('r4', 'm', 0.1, 1, 1, false);
            insert into param (run, key, value) select 'r' || i, 'p', 'x' from generate_series(1, 4) i;
            insert into tag (run, key, value) select 'r' || i, 't', 'y' from generate_series(1, 3) i;
            reset search_path
            """)
        .update();
    scripts.target("latest").load().migrate();

    var tables = new TrackingTables(source);
    assertThat(ids(tables, "params.p = 'x' AND tags.t = 'y'")).containsExactly("r3", "r1", "r2");
    assertThat(ids(tables, "metrics.m >= 0.5")).containsExactly("r3", "r1");
    assertThat(
            tables
                .database
                .sql("select count(*) from registry.latest_metric where ranked is null")
                .query(Long.class)
                .single())
        .isZero();
    assertThat(tables.blocks.wanting(TrackingTables.PROJECT, List.of("r1", "r2"), "m"))
        .as("of which charts need blocks")
        .contains("r1");
    tables.blocks.build("r1", "m");
    assertThat(tables.blocks.all("r1", "m").size()).isLessThan(30_000 / 10);
    var chart =
        tables.histories.sample(
            TrackingTables.PROJECT, List.of("r1"), "m", MetricHistories.Steps.ALL, 20);
    assertThat(chart.stream().map(point -> point.metric().step()))
        .contains(1L, 9_000L, 30_000L)
        .hasSizeLessThanOrEqualTo(20);
    tables.log("r1", List.of(new LoggedMetric("m", 3, 40_000, 40_000)));
    assertThat(ids(tables, "metrics.m = 3")).containsExactly("r1");
  }

  private static List<String> ids(TrackingTables tables, String filter) {
    return RunSearches.query(tables, List.of(0L), filter, "metrics.m")
        .on(tables.database)
        .query((row, _) -> row.getString("id"))
        .list();
  }
}

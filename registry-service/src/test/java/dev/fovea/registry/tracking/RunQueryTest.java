package dev.fovea.registry.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.registry.metrics.LoggedMetric;
import dev.fovea.registry.metrics.TrackingTables;
import dev.fovea.registry.search.Sql;
import dev.fovea.testkit.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class RunQueryTest {
  private final DataSource source = TestDatabase.migrated("registry");
  private final TrackingTables tables = new TrackingTables(source);

  private record Made(
      String id, long started, Map<String, Double> metrics, Map<String, String> params) {
    boolean isNumber(String key) {
      return !metrics.getOrDefault(key, Double.NaN).isNaN();
    }
  }

  /** Whether its values are ranked or moving, and whatever NaN and missing ones there are. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void findsWhatComparingEachRunFinds(long seed) {
    var random = new Random(seed);
    tables.experiment(0);
    tables.experiment(1);
    var runs = new ArrayList<Made>();
    for (int i = 0; i < 120; i++) {
      runs.add(run(random, i));
      if (i == 60) {
        tables.rankAll();
      }
    }
    // Those with a value again have no rank again.
    for (var run : runs.subList(0, 20)) {
      if (run.metrics.containsKey("a")) {
        tables.log(run.id, List.of(new LoggedMetric("a", 7, 9, 9)));
        run.metrics.put("a", 7.0);
      }
    }
    for (var operator : List.of("=", "!=", "<", "<=", ">", ">=")) {
      DoublePredicate matches = value -> compares(value, operator, 5);
      for (var direction : List.of("ASC", "DESC")) {
        var expected =
            runs.stream()
                .filter(run -> run.metrics.containsKey("a") && matches.test(run.metrics.get("a")))
                .filter(run -> "x".equals(run.params.get("p")))
                .sorted(order("b", direction.equals("ASC")))
                .map(Made::id)
                .toList();
        var filter = "metrics.a %s 5 AND params.p = 'x'".formatted(operator);
        var query = RunSearches.search(tables, List.of(0L), filter, "metrics.b " + direction);
        assertThat(found(query.ids()))
            .as(operator + " " + direction)
            .containsExactlyElementsOf(expected);
        assertThat(query.best(1000)).isEmpty();
      }
    }
    for (var direction : List.of("ASC", "DESC")) {
      var ordered =
          runs.stream()
              .filter(run -> run.isNumber("b"))
              .sorted(order("b", direction.equals("ASC")))
              .map(Made::id)
              .toList();
      var query = RunSearches.search(tables, List.of(0L), "", "metrics.b " + direction);
      assertThat(found(query.best(1000).orElseThrow()))
          .as("best, " + direction)
          .containsExactlyElementsOf(ordered);
      assertThat(found(query.best(5).orElseThrow()).subList(0, 5))
          .as("the first, " + direction)
          .isEqualTo(ordered.subList(0, 5));
      assertThat(found(query.ids()).subList(0, ordered.size())).isEqualTo(ordered);
    }
  }

  @Test
  void findsAmongSeveralExperiments() {
    tables.experiment(0);
    tables.experiment(1);
    var runs =
        IntStream.range(0, 4)
            .mapToObj(i -> {
              var run = tables.run(i % 2, "r" + i, i);
              tables.log(run, List.of(new LoggedMetric("a", i, 1, 1)));
              return run;
            })
            .toList();
    var query = RunSearches.search(tables, List.of(0L, 1L), "metrics.a > 0", "metrics.a DESC");
    assertThat(query.best(1000)).isEmpty();
    assertThat(found(query.ids())).containsExactly(runs.get(3), runs.get(2), runs.get(1));
  }

  private List<String> found(Sql sql) {
    return sql.on(tables.database).query((row, _) -> row.getString("id")).list();
  }

  private Made run(Random random, int i) {
    // Some began at the same moment.
    var made = new Made(tables.run(0, "r" + i, i / 3), i / 3, new HashMap<>(), new HashMap<>());
    for (var key : List.of("a", "b")) {
      if (random.nextInt(5) > 0) {
        double value = random.nextInt(6) == 0 ? Double.NaN : random.nextInt(10);
        made.metrics.put(key, value);
        tables.log(made.id, List.of(new LoggedMetric(key, value, 1, 1)));
      }
    }
    if (random.nextBoolean()) {
      made.params.put("p", random.nextInt(3) > 0 ? "x" : "y");
      tables.param(made.id, "p", made.params.get("p"));
    }
    var elsewhere = tables.run(1, "elsewhere", i);
    tables.log(elsewhere, List.of(new LoggedMetric("a", 5, 1, 1)));
    tables.param(elsewhere, "p", "x");
    return made;
  }

  private static boolean compares(double value, String operator, double with) {
    return switch (operator) {
      case "=" -> value == with;
      case "!=" -> value != with;
      case "<" -> value < with;
      case "<=" -> value <= with;
      case ">" -> value > with;
      default -> value >= with;
    };
  }

  private static Comparator<Made> order(String key, boolean ascending) {
    Comparator<Made> rank =
        Comparator.comparingInt(run -> {
          var value = run.metrics.get(key);
          return value == null ? 2 : value.isNaN() ? 1 : 0;
        });
    Comparator<Made> byValue =
        Comparator.comparingDouble(run -> {
          var value = run.metrics.getOrDefault(key, 0.0);
          return value.isNaN() ? 0 : value;
        });
    return rank.thenComparing(ascending ? byValue : byValue.reversed())
        .thenComparing(Comparator.comparingLong(Made::started).reversed())
        .thenComparing(Made::id);
  }

  @Test
  void findsLongValuesByTheirWhole() {
    tables.experiment(0);
    var first = tables.run(0, "first", 1);
    var second = tables.run(0, "second", 2);
    tables.param(first, "long", "v".repeat(100) + "1");
    tables.param(second, "long", "v".repeat(100) + "2");
    assertThat(ids("params.long = '%s2'".formatted("v".repeat(100)))).containsExactly(second);
    assertThat(ids("params.long = '%s'".formatted("v".repeat(64)))).isEmpty();
    assertThat(ids("params.long LIKE '%1'")).containsExactly(first);
    assertThat(ids("params.other IS NULL")).containsExactly(second, first);
  }

  private List<String> ids(String filter) {
    return found(RunSearches.query(tables, List.of(0L), filter));
  }

  /** None reads points, or the values of other keys and experiments. */
  @Test
  void readsNoWholeTable() {
    seed();
    var explained = JdbcClient.create(explaining());
    Map.of(
            "metrics.m3 < 0.02 AND params.p5 = '4'", "metrics.m7 DESC",
            "metrics.m3 > 0.9", "metrics.m3 ASC",
            "params.p1 = '1'", "params.p2",
            "params.p1 IS NOT NULL", "metrics.m1",
            "metrics.m1 = 0.5", "attributes.start_time")
        .forEach((filter, order) -> {
          var query = RunSearches.query(tables, List.of(0L), filter, order).add("limit 101");
          var plan = String.join("\n", query.on(explained).query(String.class).list());
          assertThat(plan)
              .as(filter)
              .contains("Limit")
              .doesNotContain("on metric ")
              .doesNotContain("Seq Scan on latest_metric")
              .doesNotContain("Seq Scan on param")
              .containsAnyOf(
                  "latest_metric_ranked", "latest_metric_pkey", "param_of_place", "param_pkey");
        });
  }

  /** However many runs there are, the best are read from the end of an index. */
  @Test
  void readsTheBestInOrder() {
    seed();
    var query = RunSearches.search(tables, List.of(0L), "", "metrics.m3 DESC").best(101);
    var plan =
        String.join(
            "\n",
            query
                .orElseThrow()
                .add("limit 101")
                .on(JdbcClient.create(explaining()))
                .query(String.class)
                .list());
    assertThat(plan)
        .contains("Backward using latest_metric_ranked", "Presorted Key")
        .doesNotContain("Seq Scan");
  }

  private void seed() {
    IntStream.range(0, 4).forEach(tables::experiment);
    tables
        .database
        .sql(
            """
            insert into registry.run (id, project, experiment, name, user_id, status, started_ms)
            select md5(i::text), 'p', i % 4, 'r', '', 'FINISHED', i from generate_series(1, 4000) i
            """)
        .update();
    tables
        .database
        .sql(
            """
            insert into registry.latest_metric (run, place, key, at_ms, step, value, is_nan, ranked, charted_ms, charted_step)
            select r.id, e.place, 'm' || k, 1, 1, v, false, v, 1, 1
            from registry.run r join registry.experiment e on e.id = r.experiment, generate_series(1, 20) k,
              lateral (select (r.started_ms * 7919 + k * 104729) % 99991 / 99991.0 as v) x
            """)
        .update();
    tables
        .database
        .sql(
            """
            insert into registry.param (run, place, key, value)
            select r.id, e.place, 'p' || k, ((r.started_ms * 31 + k) % 10)::text
            from registry.run r join registry.experiment e on e.id = r.experiment, generate_series(1, 20) k
            """)
        .update();
    tables
        .database
        .sql("vacuum analyze registry.run, registry.latest_metric, registry.param")
        .update();
  }

  /** The same database, but it says how it would find instead of finding. */
  private DataSource explaining() {
    return new DelegatingDataSource(source) {
      @Override
      public Connection getConnection() throws SQLException {
        var connection = super.getConnection();
        return (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("prepareStatement")) {
                    arguments[0] = "explain " + arguments[0];
                  }
                  return method.invoke(connection, arguments);
                });
      }
    };
  }
}

package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Many writers at once, batches sent again, and connections that end in the middle of one. */
@Import(IngestTest.Counting.class)
class IngestTest extends RegistryTest {
  private static final int WRITERS = 20;
  private static final Pattern OF_RUNS =
      Pattern.compile("registry\\.(run|metric|latest_metric|metric_block|param|tag)\\b");
  private static final Queue<String> STATEMENTS = new ConcurrentLinkedQueue<>();

  private final Name project = project();
  private Mlflow mlflow;

  @BeforeEach
  void signIn() {
    mlflow = mlflow(project);
  }

  @Test
  void aBatchSentManyTimesByManyIsOneBatch() throws Exception {
    var run = mlflow.run("0", "r");
    var points =
        IntStream.range(0, 1_000).mapToObj(i -> point("m" + i % 10, i, i, i / 10)).toList();
    atOnce(writer ->
        () -> {
          // Each in an order of its own, so that two would wait for each other crosswise.
          var shuffled = new ArrayList<>(points);
          Collections.shuffle(shuffled, new Random(writer));
          for (int i = 0; i < 7; i++) {
            log(run, shuffled);
          }
          return null;
        });
    assertThat(stored(run)).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(latest(run)).hasSize(10).containsEntry("m3", 993.0);
  }

  @Test
  void twentyWritersOfTheSameKeysLoseNothing() throws Exception {
    var run = mlflow.run("0", "hot");
    atOnce(writer ->
        () -> {
          for (int i = 0; i < 5; i++) {
            int turn = i * WRITERS + writer;
            var points =
                new ArrayList<>(
                    IntStream.range(0, 100)
                        .mapToObj(k -> point("m" + k, turn + k / 1_000.0, 5, turn))
                        .toList());
            Collections.shuffle(points, new Random(turn));
            log(run, points);
          }
          return null;
        });
    assertThat(stored(run)).hasSize(5 * WRITERS * 100).doesNotHaveDuplicates();
    int last = 5 * WRITERS - 1;
    assertThat(latest(run))
        .hasSize(100)
        .containsEntry("m0", (double) last)
        .containsEntry("m99", last + 0.099);
  }

  /**
   * By step, then time, then value; a NaN counts as 0. The order in which they arrive says nothing.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theLatestOfTiesIsTheSameInAnyOrderOfArrival(long seed) throws Exception {
    var random = new Random(seed);
    var points =
        IntStream.range(0, 400)
            .mapToObj(
                i -> point("m" + i % 8, random.nextInt(5), random.nextInt(3), random.nextInt(3)))
            .toList();
    var expected = new HashMap<String, double[]>();
    points.forEach(point ->
        expected.merge(
            (String) point.get("key"),
            new double[] {
              number(point, "step"), number(point, "timestamp"), number(point, "value")
            },
            (a, b) -> Arrays.compare(a, b) >= 0 ? a : b));
    var run = mlflow.run("0", "r");
    atOnce(writer ->
        () -> {
          for (int i = writer; i < 40; i += WRITERS) {
            log(run, points.subList(i * 10, i * 10 + 10));
          }
          return null;
        });
    assertThat(latest(run)).hasSize(8);
    latest(run).forEach((key, value) -> assertThat(value).as(key).isEqualTo(expected.get(key)[2]));
  }

  /** F: the database ends connections in the middle of whatever they do. */
  @Test
  void whatWasAcknowledgedIsThereOnceWhenConnectionsAreKilled() throws Exception {
    var runs = IntStream.range(0, 6).mapToObj(i -> mlflow.run("0", "r" + i)).toList();
    var done = new AtomicBoolean();
    var acknowledged = new ConcurrentHashMap<String, Set<Integer>>();
    int killed = 0;
    try (var threads = Executors.newFixedThreadPool(runs.size())) {
      var writers =
          runs.stream()
              .map(run -> threads.submit(() -> acknowledged.put(run, logUntil(done, run))))
              .toList();
      for (int i = 0; i < 25; i++) {
        Thread.sleep(100);
        killed += kill();
      }
      done.set(true);
      for (var writer : writers) {
        writer.get();
      }
    }
    assertThat(killed).as("connections killed").isGreaterThan(10);
    for (var run : runs) {
      var expected = new HashSet<String>();
      acknowledged
          .get(run)
          .forEach(number -> batch(number).forEach(point -> expected.add(written(point))));
      assertThat(expected).isNotEmpty();
      // As sets: lists in any order are compared each with each, which took longer than the rest.
      var stored = stored(run);
      assertThat(new HashSet<>(stored)).hasSameSizeAs(stored).isEqualTo(expected);
    }
  }

  /** The same batch until it is acknowledged, as clients send it. */
  private Set<Integer> logUntil(AtomicBoolean done, String run) {
    var acknowledged = new HashSet<Integer>();
    int number = 0;
    boolean sure = true;
    while (!done.get() || !sure) {
      sure =
          mlflow.post("runs/log-batch", Map.of("run_id", run, "metrics", batch(number))).status()
              == 200;
      if (sure) {
        acknowledged.add(number++);
      }
    }
    return acknowledged;
  }

  private static List<Map<String, Object>> batch(int number) {
    return IntStream.range(0, 200)
        .mapToObj(i -> point("m" + i % 20, number * 0.5 + i, number, number * 10L + i / 20))
        .toList();
  }

  private int kill() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var ended =
            statement.executeQuery(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
                """)) {
      ended.next();
      return ended.getInt(1);
    }
  }

  /** However many points and keys, of however long a history. */
  @Test
  void aBatchTakesTheSameFewStatements() {
    var run = mlflow.run("0", "r");
    var few = statements(run, List.of(point("m", 1, 1, 1)));
    var many =
        statements(run, IntStream.range(0, 1_000).mapToObj(i -> point("k" + i, 1, 1, 1)).toList());
    assertThat(many).hasSize(few.size()).hasSize(3);
    assertThat(statements(run, List.of(point("m", 1, 1, 1)))).as("the same again").hasSize(2);
  }

  private List<String> statements(String run, List<Map<String, Object>> points) {
    STATEMENTS.clear();
    log(run, points);
    return STATEMENTS.stream().filter(sql -> OF_RUNS.matcher(sql).find()).toList();
  }

  private void log(String run, List<Map<String, Object>> points) {
    mlflow.ok(mlflow.post("runs/log-batch", Map.of("run_id", run, "metrics", points)));
  }

  private List<String> stored(String run) {
    return JdbcClient.create(database)
        .sql("select * from registry.metric where run = ?")
        .param(run)
        .query((row, _) ->
            "%s %s %d %d"
                .formatted(
                    row.getString("key"),
                    row.getDouble("value"),
                    row.getLong("at_ms"),
                    row.getLong("step")))
        .list();
  }

  private Map<String, Double> latest(String run) {
    var latest = new HashMap<String, Double>();
    mlflow
        .readRun(run)
        .at("/data/metrics")
        .forEach(metric ->
            latest.put(metric.path("key").asString(), metric.path("value").doubleValue()));
    return latest;
  }

  private static Map<String, Object> point(String key, double value, long at, long step) {
    return Map.of("key", key, "value", value, "timestamp", at, "step", step);
  }

  private static String written(Map<String, Object> point) {
    return "%s %s %s %s"
        .formatted(point.get("key"), point.get("value"), point.get("timestamp"), point.get("step"));
  }

  private static double number(Map<String, Object> point, String field) {
    return ((Number) point.get(field)).doubleValue();
  }

  private static void atOnce(IntFunction<Callable<Void>> work)
      throws InterruptedException, ExecutionException {
    try (var threads = Executors.newFixedThreadPool(WRITERS)) {
      for (var writer : threads.invokeAll(IntStream.range(0, WRITERS).mapToObj(work).toList())) {
        writer.get();
      }
    }
  }

  /** Hears each statement, but for those of threads behind the back of whoever logs. */
  @TestConfiguration
  static class Counting {
    @Bean
    static BeanPostProcessor counted() {
      return new BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          return bean instanceof DataSource source ? new Heard(source) : bean;
        }
      };
    }
  }

  private static final class Heard extends DelegatingDataSource {
    Heard(DataSource source) {
      super(source);
    }

    @Override
    public Connection getConnection() throws SQLException {
      var connection = super.getConnection();
      return (Connection)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Connection.class},
              (_, method, arguments) -> {
                if (method.getName().equals("prepareStatement")
                    && !Thread.currentThread().getName().equals("metric-upkeep")) {
                  STATEMENTS.add((String) arguments[0]);
                }
                try {
                  return method.invoke(connection, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}

package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies after it took what a run logged, and before it looked at it. */
@Timeout(240)
class SweepKilledTest {
  private static final String KEY = "val/accuracy";

  @TempDir private Path folder;

  @Test
  void whatWasLoggedBeforeTheKillIsDecidedAfterIt() throws Exception {
    var database = TestDatabase.freshUrl();
    try (var one = start(database, "one", "10m")) {
      var sweep = new SweepCallsOf(one.mlflow(), "digits", "s");
      one.mlflow()
          .ok(
              sweep.create(
                  Map.of(
                      "name",
                      "s",
                      "experiment",
                      "e",
                      "method",
                      "random",
                      "goal",
                      "maximize",
                      "trials",
                      3,
                      "metric",
                      KEY,
                      "halving",
                      Map.of("min_resource", 1),
                      "space",
                      Map.of("x", Map.of("type", "float", "low", 0, "high", 1)))));
      var good = sweep.work("good");
      var worse = sweep.work("worse");
      var broken = sweep.work("broken");
      sweep.log(good, KEY, 0.9, 1);
      assertThat(sweep.decision(good)).isEqualTo("CONTINUE");
      sweep.log(good, KEY, 0.95, 2);
      sweep.end(good, "FINISHED");
      sweep.log(worse, KEY, 0.2, 1);
      sweep.end(broken, "FAILED");
      assertThat(sweep.states()).as("nobody has looked").isEqualTo("{\"RUNNING\":3}");
    }
    makeTheNextLookDue(database);
    try (var two = start(database, "two", "1s")) {
      var sweep = new SweepCallsOf(two.mlflow(), "digits", "s");
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(sweep.states()).isEqualTo("{\"RUNNING\":1,\"COMPLETE\":1,\"FAILED\":1}"));
      assertThat(sweep.progress().at("/best/value").doubleValue()).isEqualTo(0.95);
      assertThat(sweep.trial(2).path("note").asString()).isEqualTo("its run failed");
      // The worker that lived through it asks with what it was given, and logs on.
      var worse = sweep.work("worse");
      assertThat(sweep.decision(worse)).isEqualTo("STOP");
      sweep.end(worse, "FINISHED");
      assertThat(sweep.ask("more").path("state").asString()).isEqualTo("DONE");
      assertThat(sweep.states()).isEqualTo("{\"COMPLETE\":1,\"PRUNED\":1,\"FAILED\":1}");
    }
  }

  /** The first process's next look is minutes away, so that it can't come before the kill. */
  private static void makeTheNextLookDue(String database) throws SQLException {
    try (var connection = DriverManager.getConnection(database);
        var statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "update registry.queue set execution_time = now() where task_name = 'sweeps'"))
          .isEqualTo(1);
    }
  }

  private RegistryProcess start(String database, String name, String every) throws IOException {
    return RegistryProcess.start(
        database,
        folder.resolve(name),
        "--fovea.registry.sweeps.every=" + every,
        "--fovea.queue.heartbeat-interval=500ms");
  }
}

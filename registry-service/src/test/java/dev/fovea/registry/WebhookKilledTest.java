package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies between sending a delivery and noting that it was taken. */
@Timeout(240)
class WebhookKilledTest {
  private static final Pattern GREETING =
      Pattern.compile("MLFLOW_TRACKING_URI=(\\S+) MLFLOW_TRACKING_TOKEN=(\\S+)");

  @TempDir private Path folder;

  @Test
  void aDeliveryWhoseTakingNobodyNotedComesAgainUnderTheSameId() throws Exception {
    var database = TestDatabase.freshUrl();
    var sender = new AtomicReference<Process>();
    try (var receiver = new Receiver()) {
      receiver.answers(_ -> {
        var first = sender.getAndSet(null);
        if (first != null) {
          // SIGKILL, while it waits for this answer.
          first.destroyForcibly();
          first.onExit().join();
        }
        return 200;
      });
      var one = start(database, "one");
      try {
        var mlflow = mlflow("one");
        mlflow.ok(
            mlflow.post(
                "webhooks",
                Map.of(
                    "name",
                    "killed",
                    "url",
                    receiver.url(),
                    "secret",
                    "geheim",
                    "events",
                    List.of(Map.of("entity", "REGISTERED_MODEL", "action", "CREATED")))));
        sender.set(one);
        mlflow.ok(mlflow.post("registered-models/create", Map.of("name", "digits")));
        await().atMost(Duration.ofSeconds(60)).until(() -> !one.isAlive());
      } finally {
        one.destroyForcibly();
      }
      assertThat(receiver.got()).hasSize(1);
      var two = start(database, "two");
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(receiver.got()).hasSize(2));
        assertThat(receiver.got().get(1).id()).isEqualTo(receiver.got().getFirst().id());
        assertThat(receiver.got().get(1).body()).isEqualTo(receiver.got().getFirst().body());
        assertThat(receiver.got()).allMatch(call -> call.isSignedByMlflow("geheim"));
      } finally {
        two.destroyForcibly();
        two.onExit().join();
      }
    }
  }

  private Process start(String database, String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Ddatabase=" + database,
            "-cp",
            System.getProperty("java.class.path"),
            RegistryApplication.class.getName(),
            "--fovea.registry.webhooks.allowed=127.0.0.1",
            "--fovea.registry.webhooks.own-key-file=" + folder.resolve("key"),
            "--fovea.queue.heartbeat-interval=500ms")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name).toFile())
        .start();
  }

  private Mlflow mlflow(String name) {
    var said = folder.resolve(name);
    await()
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(read(said)).containsPattern(GREETING));
    var greeting = GREETING.matcher(read(said));
    assertThat(greeting.find()).isTrue();
    return new Mlflow(greeting.group(1), Map.of("Authorization", "Bearer " + greeting.group(2)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A process that dies between sending a delivery and noting that it was taken. */
@Timeout(240)
class WebhookKilledTest {
  @TempDir private Path folder;

  @Test
  void aDeliveryWhoseTakingNobodyNotedComesAgainUnderTheSameId() throws Exception {
    var database = TestDatabase.freshUrl();
    var sender = new AtomicReference<RegistryProcess>();
    var asked = new CompletableFuture<Void>();
    try (var receiver = new Receiver()) {
      receiver.answers(_ -> {
        var first = sender.getAndSet(null);
        if (first != null) {
          asked.join();
          // SIGKILL, while it waits for this answer.
          first.close();
        }
        return 200;
      });
      try (var one = start(database, "one")) {
        var mlflow = one.mlflow();
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
        asked.complete(null);
        await().atMost(Duration.ofSeconds(60)).until(() -> !one.process().isAlive());
      }
      assertThat(receiver.got()).hasSize(1);
      try (var _ = start(database, "two")) {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(receiver.got()).hasSize(2));
        assertThat(receiver.got().get(1).id()).isEqualTo(receiver.got().getFirst().id());
        assertThat(receiver.got().get(1).body()).isEqualTo(receiver.got().getFirst().body());
        assertThat(receiver.got()).allMatch(call -> call.isSignedByMlflow("geheim"));
      }
    }
  }

  @Test
  void aRotationThatWasAcknowledgedOutlivesAKill() throws Exception {
    var database = TestDatabase.freshUrl();
    try (var receiver = new Receiver()) {
      String before;
      String after;
      String id;
      try (var one = start(database, "first")) {
        var mlflow = one.mlflow();
        var made =
            call(
                mlflow,
                "",
                Map.of(
                    "name",
                    "rotated",
                    "url",
                    receiver.url(),
                    "events",
                    List.of("registered_model.created")));
        before = made.path("secret").asString();
        id = made.at("/webhook/id").asString();
        after =
            call(mlflow, "/" + id + "/rotation", Map.of("endOld", false)).path("secret").asString();
      }
      try (var two = start(database, "second")) {
        var mlflow = two.mlflow();
        mlflow.ok(mlflow.post("registered-models/create", Map.of("name", "digits")));
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(receiver.got()).hasSize(1));
        var call = receiver.got().getFirst();
        assertThat(call.isSignedByStandard(after)).isTrue();
        assertThat(call.isSignedByStandard(before)).isTrue();
      }
    }
  }

  private static JsonNode call(Mlflow mlflow, String path, Map<String, ?> body) {
    return mlflow.ok(
        mlflow.send(
            "POST",
            "/api/v1/projects/digits/webhooks" + path,
            Mlflow.json(body),
            "application/json"));
  }

  private RegistryProcess start(String database, String name) throws IOException {
    return RegistryProcess.start(
        database,
        folder.resolve(name),
        "--fovea.registry.webhooks.allowed=127.0.0.1",
        "--fovea.registry.webhooks.own-key-file=" + folder.resolve("key"),
        "--fovea.queue.heartbeat-interval=500ms");
  }
}

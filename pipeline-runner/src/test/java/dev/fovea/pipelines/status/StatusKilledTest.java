package dev.fovea.pipelines.status;

import static dev.fovea.pipelines.status.StatusApplication.ACCURACY;
import static dev.fovea.pipelines.status.StatusApplication.LATENCY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.pipelines.status.FakeGitHub.Reply;
import dev.fovea.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies by SIGKILL between sending a status and noting that it was taken. */
@Timeout(240)
class StatusKilledTest {
  @TempDir private Path folder;

  @Test
  void aStatusWhoseTakingNobodyNotedIsSentAgainAndSaysTheSame() throws Exception {
    var database = TestDatabase.freshUrl();
    Files.writeString(folder.resolve("token"), "ghs_token");
    var sender = new AtomicReference<Process>();
    try (var github = new FakeGitHub()) {
      github.answers(call -> {
        var first = call.text("context").equals(LATENCY) ? sender.getAndSet(null) : null;
        if (first != null) {
          // SIGKILL, while it waits for this answer.
          first.destroyForcibly();
          first.onExit().join();
        }
        return Reply.of(201);
      });
      var one = start(database, github, "one");
      sender.set(one);
      try {
        await().atMost(Duration.ofSeconds(90)).until(() -> !one.isAlive());
      } finally {
        one.destroyForcibly();
      }
      assertThat(github.calls()).as(said("one")).hasSize(2);
      var two = start(database, github, "two");
      try {
        await().atMost(Duration.ofSeconds(90)).until(() -> github.calls().size() >= 3);
        assertThat(github.calls().get(2).body()).isEqualTo(github.calls().get(1).body());
        assertThat(github.shown(StatusApplication.REPOSITORY, "c".repeat(40)))
            .isEqualTo(Map.of(ACCURACY, "success", LATENCY, "success"));
        assertThat(github.calls()).as("what was noted is not sent again").hasSize(3);
      } finally {
        two.destroyForcibly();
        two.onExit().join();
      }
    }
  }

  private Process start(String database, FakeGitHub github, String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Ddatabase=" + database,
            "-cp",
            System.getProperty("java.class.path"),
            StatusApplication.class.getName(),
            "fovea.pipelines.statuses.api=" + github.api(),
            "fovea.pipelines.statuses.token-file=" + folder.resolve("token"),
            "fovea.pipelines.statuses.repositories[0].project=parcels",
            "fovea.pipelines.statuses.repositories[0].name=acme/parcels",
            "fovea.queue.heartbeat-interval=500ms")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name).toFile())
        .start();
  }

  private String said(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }
}

package dev.fovea.lab.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Name;
import dev.fovea.lab.agent.ScriptedAgent;
import dev.fovea.roles.schema.Schema;
import dev.fovea.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

class PresenceTest {
  private static final Name DEVICE = Name.of("present");
  private static final Duration EVERY = Duration.ofMillis(5);
  private static final JdbcClient JDBC = migrated();

  private final Devices devices =
      new Devices(
          JDBC, JsonMapper.builder().build(), Duration.ofSeconds(1), Duration.ofSeconds(30));

  private static JdbcClient migrated() {
    var database = TestDatabase.fresh();
    Schema.migrated("lab", database);
    return JdbcClient.create(database);
  }

  private Instant seen() {
    return devices.find(DEVICE).orElseThrow().seen();
  }

  private boolean isHeardAgain(Instant since) {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (!seen().isAfter(since)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
    }
    return true;
  }

  /** Its thread once looked whether it was still wanted before anybody had said that it was. */
  @RepeatedTest(40)
  void isSaidAgainAndAgainFromTheStart() {
    var presence = new Presence(List.of(new ScriptedAgent(DEVICE)), devices, EVERY);
    presence.start();
    try {
      assertThat(isHeardAgain(seen())).isTrue();
    } finally {
      presence.stop();
    }
  }

  @Test
  void isSaidNoMoreOnceItStops() {
    var presence = new Presence(List.of(new ScriptedAgent(DEVICE)), devices, EVERY);
    presence.start();
    presence.stop();

    assertThat(presence.isRunning()).isFalse();
  }
}

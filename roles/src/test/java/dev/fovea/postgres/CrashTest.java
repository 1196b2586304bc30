package dev.fovea.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another JVM writes and is killed; what it was told is durable must be there. */
class CrashTest {
  private static final int ROWS_BEFORE_THE_KILL = 50;

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void losesNoAcknowledgedRowWhenTheJvmIsKilledAloneOrWithTheServer(boolean serverToo)
      throws Exception {
    int acknowledged;
    try (var writer = new Writer(home)) {
      writer.acknowledged(ROWS_BEFORE_THE_KILL);
      var server = server().orElseThrow();
      writer.kill();
      if (serverToo) {
        server.destroyForcibly();
        server.onExit().join();
      } else {
        assertThat(server.isAlive()).as("a killed JVM leaves its server behind").isTrue();
      }
      acknowledged = writer.acknowledged(ROWS_BEFORE_THE_KILL);
    }
    try (var postgres = EmbeddedPostgres.start(home);
        var connection = EmbeddedPostgresTest.connect(postgres)) {
      // Rows are written in order, one transaction each: none up to the last acknowledged one may
      // be missing.
      assertThat(
              EmbeddedPostgresTest.first(
                  connection, "select count(*) from written where n <= " + acknowledged))
          .isEqualTo(Integer.toString(acknowledged));
    }
  }

  @Test
  void refusesAHomeThatAnotherProcessHolds() throws Exception {
    try (var writer = new Writer(home)) {
      writer.acknowledged(1);
      assertThatThrownBy(() -> EmbeddedPostgres.start(home))
          .isInstanceOf(PostgresProblem.HomeInUse.class)
          .hasMessageContaining("process " + writer.pid());
      writer.kill();
    }
    EmbeddedPostgres.start(home).close(); // stops the server that the writer left behind
  }

  @Test
  void startsWhereTheLocaleDoesNotExist() throws Exception {
    var nowhere = Map.of("LANG", "xx_XX.nowhere", "LC_ALL", "xx_XX.nowhere", "LANGUAGE", "xx");
    try (var writer = new Writer(home, nowhere)) {
      assertThat(writer.acknowledged(1)).isPositive();
      writer.kill();
    }
    EmbeddedPostgres.start(home).close(); // stops the server that the writer left behind
  }

  @Test
  void finishesAFirstStartThatWasKilledAtAnyMoment() throws Exception {
    for (int millis = 150; millis <= 1_950; millis += 450) {
      try (var writer = new Writer(home)) {
        Thread.sleep(millis);
        writer.kill();
      }
    }
    try (var postgres = EmbeddedPostgres.start(home);
        var connection = EmbeddedPostgresTest.connect(postgres)) {
      assertThat(EmbeddedPostgresTest.first(connection, "select 1")).isEqualTo("1");
    }
  }

  private Optional<ProcessHandle> server() throws IOException {
    var pid = Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip()));
  }

  /** Inserts 1, 2, 3 … and prints each number after its commit. */
  static final class Main {
    public static void main(String[] arguments) throws Exception {
      try (var postgres = EmbeddedPostgres.start(Path.of(arguments[0]));
          var connection = EmbeddedPostgresTest.connect(postgres)) {
        connection
            .createStatement()
            .execute("create table if not exists written (n int primary key)");
        var insert = connection.prepareStatement("insert into written values (?)");
        for (int n = 1; ; n++) {
          insert.setInt(1, n);
          insert.executeUpdate();
          System.out.println("acknowledged " + n);
        }
      }
    }
  }

  private static final class Writer implements AutoCloseable {
    private final Process process;
    private final Path said;

    Writer(Path home) throws IOException {
      this(home, Map.of());
    }

    Writer(Path home, Map<String, String> environment) throws IOException {
      said = Files.createTempFile(home, "said", ".txt");
      var java =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  home.toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile());
      java.environment().putAll(environment);
      process = java.start();
    }

    long pid() {
      return process.pid();
    }

    /**
     * The highest number of a whole line, at least this one; waits for it while the writer lives.
     */
    int acknowledged(int atLeast) throws Exception {
      while (true) {
        var text = Files.readString(said);
        var last =
            text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("acknowledged "))
                .mapToInt(line -> Integer.parseInt(line.substring("acknowledged ".length())))
                .max()
                .orElse(0);
        if (last >= atLeast) {
          return last;
        }
        if (!process.isAlive()) {
          throw new IOException("the writer ended: " + text);
        }
        Thread.sleep(20);
      }
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}

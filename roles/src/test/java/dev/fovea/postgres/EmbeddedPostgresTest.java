package dev.fovea.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  @TempDir Path home;

  @Test
  void runsDurablyWithChecksumsBehindAPasswordOnTheLoopbackOnly() throws Exception {
    try (var postgres = EmbeddedPostgres.start(home);
        var connection = connect(postgres)) {
      assertThat(shown(connection, "fsync")).isEqualTo("on");
      assertThat(shown(connection, "synchronous_commit")).isEqualTo("on");
      assertThat(shown(connection, "full_page_writes")).isEqualTo("on");
      assertThat(shown(connection, "data_checksums")).isEqualTo("on");
      assertThat(shown(connection, "listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(shown(connection, "is_superuser")).isEqualTo("off");
      assertThat(shown(connection, "server_encoding")).isEqualTo("UTF8");
      try (var sockets = Files.list(home.resolve("postgres/data"))) {
        assertThat(sockets).noneMatch(file -> file.getFileName().toString().startsWith(".s."));
      }
      assertThat(Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).get(4))
          .as("socket folder")
          .isEmpty();
      assertThatThrownBy(
              () -> connection.createStatement().execute("copy (select 1) to program 'cat'"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), "fovea", "guessed"))
          .hasMessageContaining("password authentication failed");
      assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), "postgres", ""))
          .isInstanceOf(SQLException.class);
      assertThat(Files.readString(home.resolve("postgres/data/pg_hba.conf")).lines())
          .filteredOn(line -> !line.startsWith("#") && !line.isBlank())
          .isNotEmpty()
          .allMatch(line -> line.endsWith("scram-sha-256"));
    }
  }

  @Test
  void keepsEverybodyElseOutOfItsFiles() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    EmbeddedPostgres.startForgetful(home).close();

    for (var folder : new String[] {"", "postgres", "postgres/data"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(folder))))
          .isEqualTo("rwx------");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("postgres/password"))))
        .isEqualTo("rw-------");
  }

  @Test
  void findsItsRowsAgainAfterACleanStop() throws Exception {
    try (var postgres = EmbeddedPostgres.startForgetful(home);
        var connection = connect(postgres)) {
      connection.createStatement().execute("create table kept as select 7 as n");
    }
    try (var postgres = EmbeddedPostgres.startForgetful(home);
        var connection = connect(postgres)) {
      assertThat(first(connection, "select n from kept")).isEqualTo("7");
    }
  }

  @Test
  void refusesASecondServerOnTheSameHome() throws Exception {
    try (var _ = EmbeddedPostgres.startForgetful(home)) {
      assertThatThrownBy(() -> EmbeddedPostgres.startForgetful(home))
          .isInstanceOfSatisfying(
              PostgresProblem.HomeInUse.class,
              problem -> assertThat(problem.remedy()).contains("--home"));
    }
  }

  @Test
  void refusesToServeWhereARoleSettingTakesDurabilityAway() throws Exception {
    try (var postgres = EmbeddedPostgres.start(home);
        var connection = connect(postgres)) {
      connection.createStatement().execute("alter role fovea set synchronous_commit = off");
    }
    assertThatThrownBy(() -> EmbeddedPostgres.start(home))
        .isInstanceOfSatisfying(
            PostgresProblem.NotDurable.class,
            problem -> {
              assertThat(problem.setting()).isEqualTo("synchronous_commit");
              assertThat(problem.remedy()).contains("alter role fovea reset synchronous_commit");
            });
    assertThat(Files.exists(home.resolve("postgres/data/postmaster.pid")))
        .as("the refused server is stopped")
        .isFalse();
  }

  @Test
  void revivesAServerThatDiedAloneOnTheSamePortWithItsRows() throws Exception {
    try (var postgres = EmbeddedPostgres.start(home)) {
      try (var connection = connect(postgres)) {
        connection.createStatement().execute("create table kept as select 7 as n");
      }
      var url = postgres.jdbcUrl();
      var killed = postgres.process();
      killed.destroyForcibly();
      killed.onExit().join();

      try (var connection = connectWithin(postgres, Duration.ofSeconds(20))) {
        assertThat(first(connection, "select n from kept")).isEqualTo("7");
      }
      assertThat(postgres.jdbcUrl()).isEqualTo(url);
    }
  }

  @Test
  void ignoresAPidFileWhoseProcessIsGoneOrSomebodyElses() throws Exception {
    EmbeddedPostgres.startForgetful(home).close();
    var stranger = new ProcessBuilder("sleep", "60").start();
    try {
      Files.writeString(
          home.resolve("postgres/data/postmaster.pid"),
          "%d\n%s\n0\n1\n".formatted(stranger.pid(), home));
      EmbeddedPostgres.startForgetful(home).close();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void throwsAwayWhatAKilledFirstStartLeft() throws Exception {
    Files.createDirectories(home.resolve("postgres/unfinished-data/base"));
    Files.createDirectories(home.resolve("postgres/unfinished-binaries-1/bin"));
    Files.writeString(home.resolve("postgres/password.unfinished"), "hal");
    try (var postgres = EmbeddedPostgres.startForgetful(home);
        var connection = connect(postgres)) {
      assertThat(first(connection, "select 1")).isEqualTo("1");
    }
    assertThat(home.resolve("postgres/unfinished-data")).doesNotExist();
    assertThat(home.resolve("postgres/unfinished-binaries-1")).doesNotExist();
  }

  @Test
  void refusesDataOfAnotherMajorVersion() throws Exception {
    EmbeddedPostgres.startForgetful(home).close();
    Files.writeString(home.resolve("postgres/data/PG_VERSION"), "15\n");
    assertThatThrownBy(() -> EmbeddedPostgres.startForgetful(home))
        .isInstanceOf(PostgresProblem.OtherVersion.class)
        .hasMessageContaining("written by PostgreSQL 15 (expected: 18)");
  }

  @Test
  void refusesAFileOrAPlantedLinkInPlaceOfItsFolder(@TempDir Path elsewhere) throws Exception {
    var file = Files.writeString(home.resolve("file"), "");
    assertThatThrownBy(() -> EmbeddedPostgres.start(file))
        .isInstanceOf(PostgresProblem.HomeNotOurs.class);

    Files.createSymbolicLink(home.resolve("postgres"), elsewhere);
    assertThatThrownBy(() -> EmbeddedPostgres.start(home))
        .isInstanceOf(PostgresProblem.HomeNotOurs.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void repeatsPostgresOwnWordsWhereItRefusesToStart() throws Exception {
    EmbeddedPostgres.startForgetful(home).close();
    Files.writeString(home.resolve("postgres/data/postgresql.conf"), "no_such_setting = 1\n");
    assertThatThrownBy(() -> EmbeddedPostgres.startForgetful(home))
        .isInstanceOf(PostgresProblem.StartFailed.class)
        .hasMessageContaining("no_such_setting");
  }

  @Test
  void saysOnAlpineWhatToUseInstead() {
    assertThatThrownBy(() -> Archive.existing(Archive.resource("Linux", "amd64", true)))
        .isInstanceOfSatisfying(
            PostgresProblem.PlatformNotSupported.class,
            problem -> assertThat(problem.remedy()).containsIgnoringCase("postgres"))
        .hasMessageContaining("alpine");
  }

  @Test
  void runsWithoutRootsRightsWhoeverStartsIt() throws Exception {
    try (var postgres = EmbeddedPostgres.startForgetful(home)) {
      var theirs =
          Files.readSymbolicLink(
              Path.of("/proc", Long.toString(postgres.process().pid()), "ns", "user"));
      var ours = Files.readSymbolicLink(Path.of("/proc/self/ns/user"));
      if ("root".equals(System.getProperty("user.name"))) {
        assertThat(theirs)
            .as("root's server is nobody in a user namespace of its own")
            .isNotEqualTo(ours);
      } else {
        assertThat(theirs).as("anybody else's runs as they are").isEqualTo(ours);
      }
    }
  }

  @Test
  void knowsTheNamesOfTheArchives() {
    assertThat(Archive.resource("Linux", "amd64", false)).isEqualTo("postgres-linux-x86_64.txz");
    assertThat(Archive.resource("Linux", "aarch64", true))
        .isEqualTo("postgres-linux-arm_64-alpine_linux.txz");
    assertThat(Archive.resource("Mac OS X", "aarch64", false))
        .isEqualTo("postgres-darwin-arm_64.txz");
    assertThat(Archive.resource("Windows 11", "amd64", false))
        .isEqualTo("postgres-windows-x86_64.txz");
  }

  static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  static String first(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static String shown(Connection connection, String setting) throws SQLException {
    return first(connection, "show " + setting);
  }

  private static Connection connectWithin(EmbeddedPostgres postgres, Duration limit)
      throws Exception {
    var deadline = Instant.now().plus(limit);
    while (true) {
      try {
        return connect(postgres);
      } catch (SQLException e) {
        if (Instant.now().isAfter(deadline)) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }
}

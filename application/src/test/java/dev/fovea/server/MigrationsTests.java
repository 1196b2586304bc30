package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.roles.schema.SchemaMismatch;
import dev.fovea.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations that run before the servers, and servers that change no schema. */
class MigrationsTests {
  private final String url = TestDatabase.freshUrl();

  @TempDir private Path home;

  @Test
  void everySchemaIsMadeOnceAndASecondRunDoesNothing() {
    assertThat(Migrations.run(Optional.of(url), List.of()))
        .extracting(Migrations.Result::schema)
        .containsExactly("datasets", "registry", "lab", "pipelines", "rollouts");
    assertThat(Migrations.run(Optional.of(url), List.of()))
        .allSatisfy(result -> {
          assertThat(result.applied()).isEmpty();
          assertThat(result.version()).isNotEqualTo("0");
        });
  }

  @Test
  void aServerThatOnlyVerifiesRefusesAnEmptyDatabaseAndStartsAfterTheMigrations() {
    assertThatThrownBy(this::startVerifying)
        .rootCause()
        .isInstanceOfSatisfying(
            SchemaMismatch.class,
            problem -> {
              assertThat(problem.explanation()).contains("schema 'lab'", "is empty and lacks 1");
              assertThat(problem.remedy()).contains("fovea migrate");
            });
    Migrations.run(Optional.of(url), List.of());
    try (var server = startVerifying()) {
      assertThat(server.address().getPort()).isPositive();
    }
  }

  @Test
  void aSchemaOfANewerBuildIsRefusedByServersAndMigrationsAlike() throws SQLException {
    Migrations.run(Optional.of(url), List.of());
    sql(
        "insert into lab.flyway_schema_history select installed_rank + 1, '99', 'from the future', type, script, checksum,"
            + " installed_by, now(), 1, true from lab.flyway_schema_history order by installed_rank desc limit 1");
    assertThatThrownBy(() -> Migrations.run(Optional.of(url), List.of()))
        .isInstanceOfSatisfying(
            SchemaMismatch.class,
            problem -> assertThat(problem.explanation()).contains("newer", "99 (from the future)"));
    assertThatThrownBy(this::startVerifying).rootCause().isInstanceOf(SchemaMismatch.class);
    assertThatThrownBy(() -> start(List.of())).rootCause().isInstanceOf(SchemaMismatch.class);
  }

  @Test
  void aScriptThatWasChangedAfterwardsIsRefused() throws SQLException {
    Migrations.run(Optional.of(url), List.of());
    sql("update lab.flyway_schema_history set checksum = 7 where version = '1'");
    assertThatThrownBy(this::startVerifying)
        .rootCause()
        .isInstanceOf(SchemaMismatch.class)
        .hasMessageContaining("other scripts");
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNamedWithoutItsPassword() {
    assertThatThrownBy(() ->
            Migrations.run(
                Optional.of("jdbc:postgresql://127.0.0.1:1/fovea?user=fovea&password=s3cret"),
                List.of("spring.datasource.hikari.connection-timeout=300")))
        .isInstanceOfSatisfying(
            ServiceUnavailable.class,
            problem ->
                assertThat(problem.explanation())
                    .contains("jdbc:postgresql://127.0.0.1:1/fovea", "refused")
                    .doesNotContain("s3cret"));
  }

  @Test
  void anAddressThatIsNoPostgresIsRefused() {
    assertThatThrownBy(() -> Migrations.run(Optional.of("jdbc:h2:mem:x"), List.of()))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> Migrations.run(Optional.empty(), List.of()))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("missing");
  }

  private FoveaServer startVerifying() {
    return start(List.of("fovea.database.schema=verify"));
  }

  private FoveaServer start(List<String> properties) {
    return FoveaServer.start(
        new ServerOptions(
            home,
            "127.0.0.1",
            0,
            List.of("lab"),
            ServerOptions.Auth.TOKEN,
            Optional.of(url),
            Optional.empty(),
            properties));
  }

  private void sql(String statement) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var sql = connection.createStatement()) {
      assertThat(sql.executeUpdate(statement)).isOne();
    }
  }
}

package dev.fovea.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.fovea.postgres.EmbeddedPostgres;
import dev.fovea.roles.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Databases for tests, on one real PostgreSQL that this JVM starts when it is first needed, in a
 * folder that is deleted at its end. It doesn't sync to disk: a crash may lose everything, which a
 * test never minds.
 */
public final class TestDatabase {
  private static final int CONNECTIONS = 16;
  private static final long IDLE_MILLIS = 10_000;
  private static final Map<String, String> TEMPLATES = new HashMap<>();
  private static @Nullable EmbeddedPostgres server;
  private static int databases;

  private TestDatabase() {}

  /** A new, empty database. */
  public static synchronized DataSource fresh() {
    return pool(created("template1"));
  }

  /**
   * A new database with this service's schema: the scripts run once per JVM, later calls copy their
   * result.
   */
  public static synchronized DataSource migrated(String schema) {
    var template =
        TEMPLATES.computeIfAbsent(
            schema,
            name -> {
              var created = created("template1");
              try (var pool = pool(created)) {
                Schema.migrated(name, pool);
              }
              return created;
            });
    return pool(created(template));
  }

  /**
   * The JDBC address of a new, empty database, with user and password, for tests that start the
   * application.
   */
  public static synchronized String freshUrl() {
    var postgres = server();
    return "%s?user=%s&password=%s"
        .formatted(url(created("template1")), postgres.user(), postgres.password());
  }

  private static String created(String template) {
    var postgres = server();
    var name = "test_" + ++databases;
    try (var connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      statement.execute("create database %s template %s".formatted(name, template));
      return name;
    } catch (SQLException e) {
      throw new IllegalStateException("database %s from %s".formatted(name, template), e);
    }
  }

  private static HikariDataSource pool(String database) {
    var postgres = server();
    var config = new HikariConfig();
    config.setJdbcUrl(url(database));
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(0);
    config.setIdleTimeout(IDLE_MILLIS);
    return new HikariDataSource(config);
  }

  private static String url(String database) {
    return server().jdbcUrl().replaceFirst("/[^/]*$", "/" + database);
  }

  private static EmbeddedPostgres server() {
    if (server == null) {
      try {
        var home = Files.createTempDirectory("fovea-test-");
        var started = EmbeddedPostgres.startForgetful(home);
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> stop(started, home), "stop-test-database"));
        server = started;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return server;
  }

  private static void stop(EmbeddedPostgres started, Path home) {
    try {
      started.close();
      FileSystemUtils.deleteRecursively(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

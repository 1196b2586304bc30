package dev.fovea.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.roles.schema.Schema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/**
 * Brings the schema of every service in a database of one's own to what this build needs, so that
 * servers that may not change it can start. It starts no service.
 */
public final class Migrations {
  /**
   * What became of one schema.
   *
   * @param schema of which service
   * @param applied the versions that were applied now, oldest first
   * @param version where it is now
   */
  public record Result(String schema, List<String> applied, String version) {}

  @SpringBootConfiguration
  @ImportAutoConfiguration(DataSourceAutoConfiguration.class)
  static class Database {}

  private Migrations() {}

  /**
   * Runs them all; what is there already stays.
   *
   * @param databaseUrl the database; empty reads {@code spring.datasource.url}
   * @param settings further {@code key=value} settings
   * @throws ServiceUnavailable where there is no way to the database
   * @throws dev.fovea.roles.schema.SchemaMismatch where a newer build has been there
   */
  public static List<Result> run(Optional<String> databaseUrl, List<String> settings) {
    var application = new SpringApplication(Database.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setLogStartupInfo(false);
    // Its report of a database that does not answer is a stack trace; ours is a sentence.
    application.setDefaultProperties(Map.of("logging.level.com.zaxxer.hikari", "off"));
    var arguments = new ArrayList<String>();
    databaseUrl.ifPresent(url -> arguments.add("--spring.datasource.url=" + url));
    settings.forEach(setting -> arguments.add("--" + setting));
    application.setLazyInitialization(true);
    try (var context = application.run(arguments.toArray(String[]::new))) {
      requireAddress(context.getEnvironment().getProperty("spring.datasource.url"));
      var database = context.getBean(DataSource.class);
      reach(database);
      var results = new ArrayList<Result>();
      for (var role : ServiceRole.values()) {
        if (Schema.exists(role.id())) {
          results.add(migrate(role.id(), database));
        }
      }
      return results;
    }
  }

  private static void requireAddress(@Nullable String url) {
    if (url == null || !url.startsWith("jdbc:postgresql:")) {
      throw new InvalidRequest(
          "the address of the database is %s (expected: jdbc:postgresql://HOST:PORT/NAME)"
              .formatted(url == null ? "missing" : "not one of PostgreSQL"),
          "give --db-url, or SPRING_DATASOURCE_URL with SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD;"
              + " an embedded database needs no migrations of its own");
    }
  }

  private static void reach(DataSource database) {
    try (var _ = database.getConnection()) {
      // Reached.
    } catch (SQLException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      var problem =
          new ServiceUnavailable(
              "the database at " + address(database),
              Objects.requireNonNullElse(root.getMessage(), root.toString()),
              "start it, or correct its address, user and password");
      problem.initCause(e);
      throw problem;
    }
  }

  /** Without parameters, which may hold a password. */
  private static String address(DataSource database) {
    return database instanceof HikariDataSource pool
        ? pool.getJdbcUrl().replaceFirst("\\?.*", "")
        : "spring.datasource.url";
  }

  private static Result migrate(String schema, DataSource database) {
    var before = Schema.appliedTo(schema, database);
    Schema.migrated(schema, database);
    var applied = Schema.appliedTo(schema, database);
    return new Result(
        schema,
        applied.stream().filter(version -> !before.contains(version)).toList(),
        applied.isEmpty() ? "0" : applied.getLast());
  }
}

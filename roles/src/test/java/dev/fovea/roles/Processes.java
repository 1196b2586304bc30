package dev.fovea.roles;

import dev.fovea.kernel.Caller;
import dev.fovea.postgres.EmbeddedPostgres;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.FileSystemUtils;

/**
 * Starts what would be processes of Fovea as contexts of this JVM, each with its own port, on one
 * real PostgreSQL.
 */
final class Processes implements AutoCloseable {
  private static final String TOKEN = "internal-token-of-the-tests";
  private static EmbeddedPostgres postgres;

  private final List<ConfigurableApplicationContext> running = new ArrayList<>();
  private final String database = newDatabase();

  /**
   * The application as the module {@code fovea} has it: no scan, and a filter that says who asks.
   */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Filter security() {
      return (request, response, chain) -> {
        var http = (HttpServletRequest) request;
        if (!("Bearer " + TOKEN).equals(http.getHeader("Authorization"))) {
          chain.doFilter(request, response);
          return;
        }
        var onBehalfOf = http.getHeader(OnBehalfOf.HEADER);
        var caller =
            onBehalfOf == null
                ? new Caller("fovea", "*", Set.of(Caller.Role.SERVICE))
                : OnBehalfOf.read(onBehalfOf);
        try {
          Callers.as(
              caller,
              () -> {
                chain.doFilter(request, response);
                return true;
              });
        } catch (IOException | RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }

  ConfigurableApplicationContext start(List<Class<?>> configurations, String... properties) {
    var all =
        Stream.concat(
            Arrays.stream(properties),
            Stream.of(
                "spring.flyway.enabled=false",
                "spring.main.banner-mode=off",
                "spring.http.clients.connect-timeout=2s",
                "spring.http.clients.read-timeout=5s",
                "fovea.internal-token=" + TOKEN,
                "fovea.queue.polling-interval=50ms",
                "fovea.queue.heartbeat-interval=500ms",
                "fovea.queue.first-retry=50ms",
                "fovea.queue.longest-retry=100ms",
                "fovea.queue.tries=3",
                "spring.datasource.url=" + database,
                "spring.datasource.hikari.maximum-pool-size=8"));
    var classes =
        Stream.concat(Stream.of(Application.class), configurations.stream())
            .toArray(Class<?>[]::new);
    var context =
        new SpringApplicationBuilder(classes)
            .properties("server.port=0")
            .run(all.map(property -> "--" + property).toArray(String[]::new));
    running.add(context);
    return context;
  }

  static String url(ConfigurableApplicationContext context) {
    return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
  }

  @Override
  public void close() {
    running.reversed().forEach(ConfigurableApplicationContext::close);
  }

  private static synchronized String newDatabase() {
    try {
      if (postgres == null) {
        var home = Files.createTempDirectory("fovea-roles-");
        postgres = EmbeddedPostgres.startForgetful(home);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(home)));
      }
      var name = "test_" + UUID.randomUUID().toString().replace('-', '_');
      try (var connection =
          DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password())) {
        connection.createStatement().execute("create database " + name);
      }
      return "%s?user=%s&password=%s"
          .formatted(
              postgres.jdbcUrl().replaceFirst("/fovea$", "/" + name),
              postgres.user(),
              postgres.password());
    } catch (IOException | SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(Path home) {
    try {
      postgres.close();
      FileSystemUtils.deleteRecursively(home);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

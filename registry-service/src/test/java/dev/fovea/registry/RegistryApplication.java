package dev.fovea.registry;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.roles.Callers;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.store.ConfiguredStore;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.testkit.TestDatabase;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The registry alone on a port, with the tokens that it issued itself, for tests and for stock
 * clients.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class RegistryApplication {
  /** A new one, or that of the system property {@code database}, which outlives this process. */
  @Bean
  DataSource database() {
    var url = System.getProperty("database");
    if (url == null) {
      return TestDatabase.fresh();
    }
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    return new HikariDataSource(config);
  }

  /** In memory, or where the settings of the system property {@code objects} say. */
  @Bean
  ObjectStore objects() throws IOException {
    var settings = System.getProperty("objects");
    return settings == null
        ? new MemoryObjectStore()
        : ConfiguredStore.open(List.of(settings.split(",")));
  }

  /** What the registry told others. */
  @Bean
  Heard heard() {
    return new Heard();
  }

  @Bean
  static Subscription hear() {
    return new Subscription(ServiceRole.REGISTRY, ModelVersionRegistered.class);
  }

  @Bean
  Handler<ModelVersionRegistered> remember(Heard heard) {
    return Handler.of(ServiceRole.REGISTRY, ModelVersionRegistered.class, heard.registered::add);
  }

  /** Events as they arrived. */
  static final class Heard {
    final List<ModelVersionRegistered> registered = new CopyOnWriteArrayList<>();
  }

  /** The application's security filter in small: a token says who asks. */
  @Bean
  FilterRegistrationBean<OncePerRequestFilter> bearers(Access access) {
    var registration = new FilterRegistrationBean<OncePerRequestFilter>(new Bearers(access));
    registration.setOrder(0);
    return registration;
  }

  /** Starts it on the port of the system property {@code port} and prints how a client gets in. */
  public static void main(String[] arguments) {
    var settings =
        Stream.concat(
                Stream.of(arguments),
                Stream.of(
                    "--roles=registry",
                    "--fovea.registry.signing-folder=target/signing/${random.uuid}",
                    "--server.port=" + System.getProperty("port", "0")))
            .toArray(String[]::new);
    var context =
        (ServletWebServerApplicationContext)
            SpringApplication.run(RegistryApplication.class, settings);
    var owner = new Caller("tests", "*", EnumSet.of(Role.ADMIN, Role.SERVICE));
    Callers.run(
        owner,
        () -> {
          var token =
              context
                  .getBean(Access.class)
                  .issue(
                      new Access.TokenRequest(
                          "ada", "digits", EnumSet.of(Role.ENGINEER, Role.ADMIN), 1))
                  .token();
          System.out.printf(
              "export MLFLOW_TRACKING_URI=http://127.0.0.1:%d MLFLOW_TRACKING_TOKEN=%s%n",
              context.getWebServer().getPort(), token);
        });
  }

  private static final class Bearers extends OncePerRequestFilter {
    private static final String PREFIX = "Bearer ";

    private final Access access;

    Bearers(Access access) {
      this.access = access;
    }

    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
      var caller =
          Optional.ofNullable(request.getHeader("Authorization"))
              .filter(header -> header.startsWith(PREFIX))
              .flatMap(header ->
                  access.authenticate(new Access.Presented(header.substring(PREFIX.length()))))
              .orElse(Callers.NOBODY);
      Callers.run(
          caller,
          () -> {
            try {
              chain.doFilter(request, response);
            } catch (IOException | ServletException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }
}

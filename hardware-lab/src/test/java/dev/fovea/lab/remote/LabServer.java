package dev.fovea.lab.remote;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.AgentAccess;
import dev.fovea.lab.Agents;
import dev.fovea.lab.Lab;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.lab.ProfileJob;
import dev.fovea.roles.Callers;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Subscription;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.testkit.TestDatabase;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A lab on a port, which can be stopped and started again on the same port and on what it kept. Who
 * shows no agent's token is nobody.
 */
public final class LabServer implements AutoCloseable {
  private final DataSource database = TestDatabase.fresh();
  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final Map<String, Object> settings =
      new HashMap<>(
          Map.of(
              "roles", "lab",
              "server.port", "0",
              "server.shutdown", "immediate",
              "fovea.lab.lease", "1200ms",
              "fovea.lab.lost-after", "6s",
              "fovea.lab.agent.longest-poll", "300ms",
              "fovea.lab.agent.look-every", "40ms",
              "logging.level.root", "warn"));
  private final Heard heard = new Heard();
  private @Nullable ConfigurableApplicationContext context;

  /** What the lab told others. */
  public static final class Heard {
    public final List<Audited> audited = new CopyOnWriteArrayList<>();
    public final List<ProfileFinished> finished = new CopyOnWriteArrayList<>();
  }

  /** The lab alone. */
  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {
    @Bean
    static Subscription hearAudited() {
      return new Subscription(ServiceRole.LAB, Audited.class);
    }

    @Bean
    static Subscription hearFinished() {
      return new Subscription(ServiceRole.LAB, ProfileFinished.class);
    }

    @Bean
    Handler<Audited> keepAudited(Heard heard) {
      return Handler.of(ServiceRole.LAB, Audited.class, heard.audited::add);
    }

    @Bean
    Handler<ProfileFinished> keepFinished(Heard heard) {
      return Handler.of(ServiceRole.LAB, ProfileFinished.class, heard.finished::add);
    }

    @Bean
    FilterRegistrationBean<OncePerRequestFilter> tokens(AgentAccess access) {
      var filter = new FilterRegistrationBean<OncePerRequestFilter>(new Tokens(access));
      filter.setOrder(-10);
      return filter;
    }
  }

  /** As the application's own filter does, for agents alone. */
  private static final class Tokens extends OncePerRequestFilter {
    private final AgentAccess access;

    Tokens(AgentAccess access) {
      this.access = access;
    }

    @Override
    protected void doFilterInternal(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws ServletException, IOException {
      var token = Optional.ofNullable(request.getHeader("Authorization")).map(h -> h.substring(7));
      var caller = token.flatMap(access::caller);
      if (token.isPresent() && caller.isEmpty()) {
        response.setStatus(401);
        response.setContentType("application/problem+json");
        response
            .getWriter()
            .write(
                "{\"type\":\"tag:fovea.dev,2026:problem/wrong-token\",\"status\":401,\"detail\":\"wrong\",\"remedy\":\"none\"}");
        return;
      }
      try {
        Callers.as(
            caller.orElse(Callers.NOBODY),
            () -> {
              chain.doFilter(request, response);
              return true;
            });
      } catch (ServletException | IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new ServletException(e);
      }
    }
  }

  public LabServer start() {
    var application = new SpringApplication(Application.class);
    application.setDefaultProperties(settings);
    application.addInitializers(starting -> {
      starting.getBeanFactory().registerSingleton("database", database);
      starting.getBeanFactory().registerSingleton("objects", objects);
      starting.getBeanFactory().registerSingleton("heard", heard);
    });
    context = application.run();
    settings.put(
        "server.port", running().getEnvironment().getRequiredProperty("local.server.port"));
    return this;
  }

  public void stop() {
    running().close();
    context = null;
  }

  private ConfigurableApplicationContext running() {
    return Objects.requireNonNull(context, "it was started");
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + settings.get("server.port"));
  }

  public ObjectStore objects() {
    return objects;
  }

  public JdbcClient jdbc() {
    return JdbcClient.create(database);
  }

  public Heard heard() {
    return heard;
  }

  public Lab lab() {
    return running().getBean(Lab.class);
  }

  public Agents agents() {
    return running().getBean(Agents.class);
  }

  /** A code by the lab keeper. */
  public String code(String device, String label) {
    try {
      return Callers.as(
          new Caller("keeper", "*", java.util.Set.of(Caller.Role.ADMIN)),
          () ->
              agents()
                  .invite(
                      new Agents.InviteRequest(
                          Name.of(device),
                          "cpu",
                          label.isEmpty() ? Optional.empty() : Optional.of(Name.of(label))))
                  .code());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asks for a profile of a stored model. */
  public ProfileJob request(String project, String target, Digest model, int samples) {
    return lab()
        .request(
            new Lab.ProfileRequest(
                Name.of(project), Name.of(target), model, List.of(1L, 64L), 5, samples));
  }

  /** The job, once it is so. */
  public ProfileJob await(Digest job, Predicate<ProfileJob> so) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      var now = lab().job(job);
      if (so.test(now)) {
        return now;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("still " + now);
      }
      pause();
    }
  }

  /** Waits for something that the lab tells. */
  public static void until(String what, java.util.function.BooleanSupplier so) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for: " + what);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (context != null) {
      stop();
    }
  }
}

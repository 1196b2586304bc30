package dev.fovea.datasets;

import dev.fovea.datasets.versions.Announcements;
import dev.fovea.kernel.Caller;
import dev.fovea.roles.Callers;
import dev.fovea.roles.queue.Queue;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.testkit.TestDatabase;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * The dataset service alone, on a real port and a real PostgreSQL; whoever sends a name, as Basic
 * user or as bearer, is believed.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class TestServer {
  @Bean
  DataSource database() {
    return TestDatabase.fresh();
  }

  @Bean
  ObjectStore objects() {
    return new MemoryObjectStore();
  }

  @Bean
  @Primary
  RecordedEvents recordedEvents(@Qualifier("datasetsQueue") Queue queue) {
    return new RecordedEvents(queue);
  }

  @Bean
  Filter caller() {
    return (request, response, chain) -> {
      // Stock Git clients send a name only when they are asked for one.
      if (isAnonymousGit((HttpServletRequest) request)) {
        ((HttpServletResponse) response).setHeader("WWW-Authenticate", "Basic realm=\"fovea\"");
        ((HttpServletResponse) response).sendError(HttpServletResponse.SC_UNAUTHORIZED);
        return;
      }
      Callable<Void> rest =
          () -> {
            chain.doFilter(request, response);
            return null;
          };
      try {
        Callers.as(caller((HttpServletRequest) request), rest);
      } catch (IOException | ServletException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static boolean isAnonymousGit(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/git/")
        && request.getHeader("Authorization") == null;
  }

  private static Caller caller(HttpServletRequest request) {
    var header = request.getHeader("Authorization");
    if (header == null) {
      return Callers.NOBODY;
    }
    var credentials = header.substring(header.indexOf(' ') + 1);
    if (header.startsWith("Basic ")) {
      var pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
      return new Caller(pair.substring(0, pair.indexOf(':')), "*", Set.of(Caller.Role.ENGINEER));
    }
    return new Caller(credentials, "*", Set.of(Caller.Role.ENGINEER));
  }

  /** Keeps what is published, and publishes it. */
  public static final class RecordedEvents implements Announcements {
    private final List<Object> events = new CopyOnWriteArrayList<>();
    private final Queue queue;

    RecordedEvents(Queue queue) {
      this.queue = queue;
    }

    @Override
    public void publish(Object event) {
      queue.publish(event);
      events.add(event);
    }

    /** Those of a class, in order. */
    public <E> List<E> of(Class<E> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }
}

package dev.fovea.rollouts.router;

import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.servers.InProcessModelServers;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.FrameSink;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

class WeightedRouterTest extends TrafficRouterContract {
  private static final WeightedRouter ROUTER =
      new WeightedRouter(() -> ThreadLocalRandom.current().nextInt(100));
  private static final MemoryObjectStore OBJECTS = new MemoryObjectStore();
  private static final InProcessModelServers SERVERS =
      new InProcessModelServers(OBJECTS, _ -> FrameSink.NOWHERE);
  private static ConfigurableApplicationContext web;

  @SpringBootConfiguration
  @ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class
  })
  static class Web {
    @Bean
    InferenceGateway gateway() {
      return new InferenceGateway(ROUTER, RouterLimits.STANDARD);
    }
  }

  @BeforeAll
  static void start() {
    web = new SpringApplicationBuilder(Web.class).properties("server.port=0").run();
  }

  @AfterAll
  static void stop() {
    web.close();
    SERVERS.close();
  }

  @AfterEach
  void forget() {
    ROUTER.close(LAMP);
    for (int number = 1; number < 3; number++) {
      ROUTER.drained(rollout(number), Duration.ofSeconds(5));
    }
  }

  @Override
  protected TrafficRouter router() {
    return ROUTER;
  }

  @Override
  protected URI gateway() {
    var port = ((WebServerApplicationContext) web).getWebServer().getPort();
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  protected Backend backend(int number) {
    var plan = TestModels.plan(number, TestModels.store(OBJECTS, "bright"));
    try {
      var address = SERVERS.ensure(new Served(rollout(number), TestModels.LAMPS, plan));
      return new Backend(rollout(number), Integer.toString(number), address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

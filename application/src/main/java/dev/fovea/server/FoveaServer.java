package dev.fovea.server;

import java.net.URI;
import java.util.Collection;
import java.util.Objects;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** A running server: the chosen services in this JVM. */
public final class FoveaServer implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private FoveaServer(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /**
   * Starts and returns when it answers.
   *
   * @throws RuntimeException where it cannot start; Spring Boot has printed why and what to do
   */
  public static FoveaServer start(ServerOptions options) {
    var application = new SpringApplication(FoveaApplication.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setDefaultProperties(options.defaults());
    return new FoveaServer(application.run(options.asArguments().toArray(String[]::new)));
  }

  /** Where it answers. */
  public URI address() {
    var web =
        Objects.requireNonNull(
            ((ServletWebServerApplicationContext) context).getWebServer(), "the server runs");
    var host = context.getEnvironment().getProperty("server.address", "127.0.0.1");
    return URI.create(
        "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, web.getPort()));
  }

  /** A part of the application, for a caller in this JVM. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** All parts of a kind. */
  public <T> Collection<T> beans(Class<T> type) {
    return context.getBeansOfType(type).values();
  }

  /** Waits until somebody stops it. */
  public void awaitClose() throws InterruptedException {
    while (context.isActive()) {
      Thread.sleep(200);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}

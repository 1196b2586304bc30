package dev.fovea.roles.greetings;

import dev.fovea.roles.ConditionalOnRemoteRole;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Inbox;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.registry.ImportHttpServices;

/** The sample's wiring: the same as every service's. */
@AutoConfiguration(before = HttpServiceClientAutoConfiguration.class)
public class GreetingsService {
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRole(ServiceRole.REGISTRY)
  static class Here {
    @Bean
    GreetingEndpoint greetings() {
      return new GreetingEndpoint();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnRemoteRole(ServiceRole.REGISTRY)
  @ImportHttpServices(
      group = "registry",
      types = {Greetings.class, Inbox.class})
  static class Elsewhere {}
}

package dev.fovea.front;

import dev.fovea.roles.ActiveRoles;
import dev.fovea.roles.ServiceRole;
import java.util.EnumMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Puts the front door before everything but the check of host and origin. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FrontDoorProperties.class)
class FrontDoorConfiguration {
  @Bean
  Passage passage(FrontDoorProperties properties) {
    return new Passage(properties);
  }

  @Bean
  FilterRegistrationBean<FrontDoor> frontDoor(Environment environment, Passage passage) {
    var elsewhere = new EnumMap<ServiceRole, HttpUrl>(ServiceRole.class);
    var here = ActiveRoles.of(environment);
    for (var role : ServiceRole.values()) {
      if (!here.contains(role)) {
        address(environment, role, elsewhere);
      }
    }
    var registration = new FilterRegistrationBean<>(new FrontDoor(here, elsewhere, passage));
    // After Boot's observation of requests, so that what is passed on is measured; before security,
    // since the owner decides who may.
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
    return registration;
  }

  private static void address(
      Environment environment, ServiceRole role, Map<ServiceRole, HttpUrl> elsewhere) {
    var key = "spring.http.serviceclient." + role.id() + ".base-url";
    var given = environment.getProperty(key);
    if (given == null) {
      return;
    }
    var url = HttpUrl.parse(given);
    if (url == null || !url.encodedPath().equals("/") || url.query() != null) {
      throw new FailureAnalyzedException(
          "%s: '%s' is no address of a process.".formatted(key, given),
          "Give scheme, host and port alone, such as http://127.0.0.1:4801.");
    }
    elsewhere.put(role, url);
  }
}

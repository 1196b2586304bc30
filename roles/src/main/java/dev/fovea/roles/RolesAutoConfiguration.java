package dev.fovea.roles;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Puts into the application which roles run in it. */
@AutoConfiguration
@EnableConfigurationProperties(InternalCalls.class)
public class RolesAutoConfiguration {
  @Bean
  ActiveRoles activeRoles(Environment environment) {
    return ActiveRoles.of(environment);
  }
}

package dev.fovea.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.fovea.postgres.EmbeddedPostgres;
import java.io.IOException;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The database: the embedded one, unless {@code spring.datasource.url} names another. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {
  @Bean
  Home home(FoveaProperties properties) {
    return properties.opened();
  }

  /** Closed after the pool and whatever uses it, since they depend on it. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(
      name = "spring.datasource.url",
      matchIfMissing = true,
      havingValue = "embedded")
  static class Embedded {
    @Bean
    EmbeddedPostgres postgres(Home home) throws IOException {
      return EmbeddedPostgres.start(home.folder());
    }

    @Bean
    @ConfigurationProperties("spring.datasource.hikari")
    HikariDataSource dataSource(EmbeddedPostgres postgres) {
      var pool = new HikariDataSource();
      pool.setJdbcUrl(postgres.jdbcUrl());
      pool.setUsername(postgres.user());
      pool.setPassword(postgres.password());
      return pool;
    }
  }
}
